import { describePolicies } from './table.fixture.ts';

describePolicies(
  'cloud-quota.cedar',
  `
  policy                        | who                               | does          | to what              | applies
  own-department-sees-quota     | it-officer of education           | quota:read    | department education | yes
  own-department-sees-quota     | head of education                 | quota:read    | department education | yes
  own-department-sees-quota     | machine + it-officer of education | quota:read    | department education | yes
  own-department-sees-quota     | head of education                 | quota:read    | department health    | no
  own-department-sees-quota     | head of education                 | quota:read    | district             | no
  own-department-sees-quota     | duty-officer in wanan             | quota:read    | department education | no
  bureau-sees-all-quota         | reviewer of big-data              | quota:read    | district             | yes
  bureau-sees-all-quota         | auditor of big-data               | quota:read    | department education | yes
  bureau-sees-all-quota         | head of big-data                  | quota:read    | district             | no
  bureau-sees-all-quota         | reviewer of education             | quota:read    | district             | no
  operators-run-the-pool        | operator of big-data              | quota:operate | district             | yes
  operators-run-the-pool        | operator of big-data              | quota:meter   | department education | yes
  operators-run-the-pool        | approver of big-data              | quota:operate | district             | no
  operators-run-the-pool        | operator of education             | quota:operate | district             | no
  machines-report-their-use     | machine + it-officer of education | quota:meter   | department education | yes
  machines-report-their-use     | machine + it-officer of education | quota:meter   | department health    | no
  machines-report-their-use     | it-officer of education           | quota:meter   | department education | no
  machines-report-their-use     | machine + head of education       | quota:meter   | department education | no
  systems-kept-by-their-department | it-officer of education        | systems:write | department education | yes
  systems-kept-by-their-department | it-officer of education        | systems:write | department health    | no
  systems-kept-by-their-department | head of education              | systems:write | department education | no
  operators-keep-the-register   | operator of big-data              | systems:write | department education | yes
  operators-keep-the-register   | reviewer of big-data              | systems:write | department education | no
  devops-sees-quota             | devops                            | quota:read    | district             | yes
  devops-sees-quota             | commander                         | quota:read    | district             | no
`,
);

import { describePolicies } from './table.fixture.ts';

describePolicies(
  'casework.cedar',
  `
  policy                        | who                               | does         | to what                                          | applies
  department-officers-read-forms | head of water                    | forms:read   | district                                         | yes
  department-officers-read-forms | commander                        | forms:read   | district                                         | no
  it-officers-apply             | it-officer of education           | cases:create | department education                             | yes
  it-officers-apply             | machine + it-officer of education | cases:create | department education                             | yes
  it-officers-apply             | it-officer of education           | cases:create | department health                                | no
  it-officers-apply             | it-officer of education           | cases:create | district                                         | no
  it-officers-apply             | head of education                 | cases:create | department education                             | no
  it-officers-edit              | it-officer of education           | cases:edit   | case of education                                | yes
  it-officers-edit              | it-officer of health              | cases:edit   | case of education                                | no
  it-officers-edit              | approver of big-data              | cases:edit   | case of education                                | no
  own-department-reads          | it-officer of education           | cases:read   | case of education                                | yes
  own-department-reads          | head of education                 | cases:read   | case of education                                | yes
  own-department-reads          | head of health                    | cases:read   | case of education                                | no
  own-department-reads          | citizen                           | cases:read   | case of education                                | no
  bureau-reads                  | reviewer of big-data              | cases:read   | case of education                                | yes
  bureau-reads                  | auditor of big-data               | cases:read   | case of water                                    | yes
  bureau-reads                  | registrar of big-data             | cases:read   | case of education                                | no
  bureau-reads                  | reviewer of education             | cases:read   | case of education                                | no
  step-holders-read             | head of health                    | cases:read   | case of education at health/head                 | yes
  step-holders-read             | head of education                 | cases:decide | case of education at education/head              | yes
  step-holders-read             | reviewer of big-data              | cases:assign | case of education at big-data/reviewer           | yes
  step-holders-read             | reviewer of big-data for peng-tao | cases:decide | case of education by jiang-he at big-data/reviewer | yes
  step-holders-read             | approver of big-data              | cases:decide | case of education at big-data/reviewer           | no
  step-holders-read             | reviewer of education             | cases:decide | case of education at big-data/reviewer           | no
  step-holders-read             | reviewer of big-data              | cases:decide | case of education                                | no
  supervisors-assign            | approver of big-data              | cases:assign | case of education at big-data/reviewer           | yes
  supervisors-assign            | operator of big-data              | cases:assign | case of education at big-data/reviewer           | no
  supervisors-assign            | approver of education             | cases:assign | case of education at big-data/reviewer           | no
  unmask-for-work               | reviewer of big-data              | cases:unmask | case of education at big-data/reviewer           | yes
  unmask-for-work               | it-officer of education           | cases:unmask | case of education                                | yes
  unmask-for-work               | auditor of big-data               | cases:unmask | case of education at big-data/reviewer           | no
  unmask-for-work               | head of education                 | cases:unmask | case of education at big-data/reviewer           | no
  nobody-decides-own            | peng-tao: reviewer of big-data    | cases:decide | case of big-data by peng-tao at big-data/reviewer | yes
  nobody-decides-own            | cao-ning: reviewer of big-data for peng-tao | cases:decide | case of big-data by peng-tao at big-data/reviewer | yes
  nobody-decides-own            | peng-tao: reviewer of big-data    | cases:decide | case of education by jiang-he at big-data/reviewer | no
  nobody-decides-own            | cao-ning: reviewer of big-data for peng-tao | cases:decide | case of education by jiang-he at big-data/reviewer | no
  machines-do-not-decide        | machine + head of education       | cases:decide | case of education at education/head              | yes
  machines-do-not-decide        | machine + head of education       | cases:assign | case of education at education/head              | yes
  machines-do-not-decide        | machine + it-officer of education | cases:unmask | case of education                                | yes
  machines-do-not-decide        | head of education                 | cases:decide | case of education at education/head              | no
  machines-do-not-decide        | it-officer of education           | cases:unmask | case of education                                | no
`,
);

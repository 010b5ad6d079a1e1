import { describePolicies } from './table.fixture.ts';

describePolicies(
  'identity.cedar',
  `
  policy                        | who                                          | does               | to what              | applies
  registrars-keep-the-directory | registrar of big-data                        | directory:read     | district             | yes
  registrars-keep-the-directory | yu-qing: registrar of big-data               | directory:write    | person jiang-he      | yes
  registrars-keep-the-directory | registrar of education                       | directory:write    | district             | no
  registrars-keep-the-directory | approver of big-data                         | directory:write    | person jiang-he      | no
  colleagues-see-their-department | auditor of big-data                        | directory:read     | department big-data  | yes
  colleagues-see-their-department | head of education                          | directory:delegate | department education | yes
  colleagues-see-their-department | machine + it-officer of education          | directory:read     | department education | yes
  colleagues-see-their-department | head of education                          | directory:read     | department health    | no
  colleagues-see-their-department | head of education                          | directory:delegate | district             | no
  nobody-enters-own-duties      | yu-qing: registrar of big-data               | directory:write    | person yu-qing       | yes
  nobody-enters-own-duties      | pan-yi: registrar of big-data for yu-qing    | directory:write    | person yu-qing       | yes
  nobody-enters-own-duties      | yu-qing: registrar of big-data               | directory:write    | person jiang-he      | no
  nobody-enters-own-duties      | pan-yi: registrar of big-data for yu-qing    | directory:write    | person jiang-he      | no
  machines-do-not-change-the-directory | machine + registrar of big-data       | directory:write    | district             | yes
  machines-do-not-change-the-directory | machine + it-officer of education     | directory:delegate | department education | yes
  machines-do-not-change-the-directory | it-officer of education               | directory:delegate | department education | no
  auditors-read-the-log         | auditor of big-data                          | audit:read         | district             | yes
  auditors-read-the-log         | auditor of big-data                          | audit:read         | person jiang-he      | yes
  auditors-read-the-log         | registrar of big-data                        | audit:read         | district             | no
  auditors-read-the-log         | auditor of health                            | audit:read         | district             | no
  auditors-erase                | auditor of big-data                          | audit:erase        | district             | yes
  auditors-erase                | machine + auditor of big-data                | audit:erase        | district             | no
  auditors-erase                | registrar of big-data                        | audit:erase        | district             | no
  auditors-erase                | auditor of health                            | audit:erase        | district             | no
`,
);

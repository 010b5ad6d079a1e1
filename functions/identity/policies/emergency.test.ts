import { describePolicies } from './table.fixture.ts';

describePolicies(
  'emergency.cedar',
  `
  policy                      | who                     | does                  | to what      | applies
  towns-duty-officers-watch   | duty-officer in wanan   | devices:read          | town wanan   | yes
  towns-duty-officers-watch   | duty-officer in wanan   | alerts:read           | town wanan   | yes
  towns-duty-officers-watch   | duty-officer in wanan   | incidents:read        | town wanan   | yes
  towns-duty-officers-watch   | duty-officer in wanan   | live:subscribe        | town wanan   | yes
  towns-duty-officers-watch   | duty-officer in wanan   | alerts:read           | town jinshan | no
  towns-duty-officers-watch   | duty-officer in wanan   | alerts:read           | district     | no
  towns-duty-officers-watch   | duty-officer            | alerts:read           | town wanan   | no
  towns-duty-officers-watch   | citizen in wanan        | alerts:read           | town wanan   | no
  towns-duty-officers-watch   | it-officer of water     | devices:read          | town wanan   | no
  towns-duty-officers-handle  | duty-officer in wanan   | incidents:acknowledge | town wanan   | yes
  towns-duty-officers-handle  | duty-officer in wanan   | incidents:resolve     | town wanan   | yes
  towns-duty-officers-handle  | duty-officer in wanan   | incidents:resolve     | town jinshan | no
  towns-duty-officers-handle  | duty-officer in wanan   | incidents:resolve     | district     | no
  towns-duty-officers-handle  | devops in wanan         | incidents:acknowledge | town wanan   | no
  commanders-handle           | commander               | devices:read          | district     | yes
  commanders-handle           | commander               | alerts:read           | town wanan   | yes
  commanders-handle           | commander               | incidents:read        | district     | yes
  commanders-handle           | city-liaison            | live:subscribe        | district     | yes
  commanders-handle           | city-liaison            | incidents:acknowledge | town jinshan | yes
  commanders-handle           | commander               | incidents:resolve     | district     | yes
  commanders-handle           | duty-officer in wanan   | incidents:read        | town wanan   | no
  commanders-handle           | devops                  | incidents:resolve     | district     | no
  commanders-handle           | head of big-data        | incidents:resolve     | district     | no
  devops-watch                | devops                  | devices:read          | district     | yes
  devops-watch                | devops                  | alerts:read           | district     | yes
  devops-watch                | devops                  | incidents:read        | town wanan   | yes
  devops-watch                | devops                  | live:subscribe        | district     | yes
  devops-watch                | devops                  | phones:read           | district     | yes
  devops-watch                | commander               | phones:read           | district     | no
  devops-watch                | operator of big-data    | devices:read          | district     | no
`,
);

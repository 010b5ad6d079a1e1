import { describePolicies } from './table.fixture.ts';

describePolicies(
  'everybody.cedar',
  `
  policy        | who                           | does          | to what        | applies
  known-callers | citizen                       | profile:read  | district       | yes
  known-callers | it-officer of education       | district:read | district       | yes
  known-callers | machine + it-officer of water | profile:read  | district       | yes
  known-callers | nobody                        | profile:read  | district       | no
  known-callers | machine                       | district:read | district       | no
  own-footprint | li-na: citizen                | audit:read    | person li-na   | yes
  own-footprint | li-na: nobody                 | audit:read    | person li-na   | yes
  own-footprint | li-na: citizen                | audit:read    | person jiang-he | no
  own-footprint | li-na: reviewer of big-data   | audit:read    | district       | no
  own-footprint | li-na: machine                | audit:read    | person li-na   | no
`,
);

import { CloseCircleFilled, InfoCircleFilled, WarningFilled } from '@ant-design/icons';
import { useWords } from '../context.ts';
import { useStatusWords } from './case-words.ts';
import { Linked } from './linked.tsx';
import type { CaseView } from './requests.ts';

type Finding = CaseView['findings'][number];

const ICONS = { blocking: CloseCircleFilled, warning: WarningFilled, info: InfoCircleFilled } as const;
const RANK = { blocking: 0, warning: 1, info: 2 } as const;

/** The gravest first, each in words, with the field that it is about. */
export const Findings = ({ findings, nameOf }: { readonly findings: readonly Finding[]; readonly nameOf: (pointer: string) => string }) => {
  const words = useStatusWords();
  const { say } = useWords();
  const sorted = [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return (
    <ul className="findings" data-testid="findings">
      {sorted.map((finding) => {
        const Icon = ICONS[finding.severity];
        const where = finding.pointer === undefined ? '' : nameOf(finding.pointer);
        return (
          <li key={`${finding.id}${finding.pointer ?? ''}`} className={`finding finding-${finding.severity}`} data-finding={finding.id}>
            <Icon aria-hidden="true" />
            <span>
              <strong>{words.finding[finding.severity]}</strong> <Linked text={say(finding.text)} />
              {where !== '' && <span className="faint">（{where}）</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
};

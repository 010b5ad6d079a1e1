import { CloseCircleFilled, InfoCircleFilled, WarningFilled } from '@ant-design/icons';
import { Link } from 'react-router';
import { useWords } from '../context.ts';
import { useStatusWords } from './case-words.ts';
import type { CaseView } from './requests.ts';

type Finding = CaseView['findings'][number];

const ICONS = { blocking: CloseCircleFilled, warning: WarningFilled, info: InfoCircleFilled } as const;
const RANK = { blocking: 0, warning: 1, info: 2 } as const;

const ADDRESS: Readonly<Record<string, string>> = { case: '/requests/', alc: '/cloud/allocations/' };

/** Requests and allocations that a finding names lead there. */
const Linked = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/\b((?:case|alc)_[0-9A-Z]{26})\b/).map((part, index) => {
      const address = index % 2 === 1 ? ADDRESS[part.slice(0, part.indexOf('_'))] : undefined;
      return address === undefined ? (
        part
      ) : (
        <Link key={part} className="link" to={`${address}${part}`}>
          {part.slice(-6)}
        </Link>
      );
    })}
  </>
);

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

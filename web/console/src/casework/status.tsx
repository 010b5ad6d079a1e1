/** How a request stands: in a word, and how long there is. Never by colour alone. */
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  EditOutlined,
  ExclamationCircleFilled,
  RollbackOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { useConsole, useWords } from '../context.ts';
import { useTicking } from '../shared/clock.ts';
import { dayAndTime, timeOfDay } from '../shared/format.ts';
import { leftUntil } from './due.ts';
import type { CaseSummary } from './requests.ts';
import { useCaseWords } from './words.ts';

const ICONS = { draft: EditOutlined, returned: RollbackOutlined, step: SyncOutlined, ended: CheckCircleOutlined } as const;

export const PhaseTag = ({ phase }: { readonly phase: CaseSummary['phase'] }) => {
  const words = useCaseWords();
  const Icon = ICONS[phase];
  return (
    <span className={`phase phase-${phase}`} data-testid="phase" data-phase={phase}>
      <Icon aria-hidden="true" /> {words.phase[phase]}
    </span>
  );
};

type Timed = Pick<CaseSummary, 'dueAt' | 'overdue' | 'phase' | 'waitsFor'>;

/** Until when: in working days, with the date beside it. Services answer in minutes, and nobody waits for a day. */
export const Due = ({ request: { dueAt, overdue, phase, waitsFor } }: { readonly request: Timed }) => {
  const words = useCaseWords();
  const { language } = useWords();
  const { district } = useConsole();
  const service = phase === 'step' && !waitsFor;
  const told = useTicking((now) => {
    if (dueAt === undefined) return '';
    const { urgency, workingDays } = leftUntil(dueAt, now, district.calendar);
    if (service) return urgency === 'overdue' ? `overdue|${words.due.overdue(0)}` : `calm|${words.due.soonDone}`;
    const at = dayAndTime(dueAt, now, district.timezone, language);
    if (urgency === 'overdue') return `overdue|${words.due.overdue(workingDays)}|${words.due.by(at)}`;
    if (overdue) return `overdue|${words.due.climbed}|${words.due.by(at)}`;
    if (urgency === 'today') return `today|${words.due.today(timeOfDay(dueAt, district.timezone, language))}`;
    return `${urgency}|${words.due.left(workingDays)}|${words.due.by(at)}`;
  });
  if (told === '') return null;
  const [urgency, text, by] = told.split('|');
  return (
    <span className={`due due-${urgency}`} data-testid="due" data-urgency={urgency}>
      <strong>
        {urgency === 'overdue' ? <ExclamationCircleFilled aria-hidden="true" /> : <ClockCircleOutlined aria-hidden="true" />} {text}
      </strong>
      {by && <span className="faint">{by}</span>}
    </span>
  );
};

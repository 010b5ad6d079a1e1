import { CheckOutlined, ClockCircleOutlined, MinusOutlined, RobotOutlined, RollbackOutlined } from '@ant-design/icons';
import { useConsole, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime } from '../shared/format.ts';
import { useStatusWords } from './case-words.ts';
import type { CaseView } from './requests.ts';

type State = CaseView['steps'][number]['state'] | 'returned' | 'skipped';

const ICONS = {
  done: CheckOutlined,
  byRule: RobotOutlined,
  current: ClockCircleOutlined,
  returned: RollbackOutlined,
  open: undefined,
  skipped: MinusOutlined,
} as const;

/** The way of a request: what is behind it, where it is, what is to come. In words beside the picture. */
export const Stepper = ({ view }: { readonly view: CaseView }) => {
  const words = useStatusWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const stateOf = (state: CaseView['steps'][number]['state']): State => {
    if (state === 'current' && view.phase === 'returned') return 'returned';
    return state === 'open' && view.phase === 'ended' ? 'skipped' : state;
  };
  return (
    <ol className="stepper" aria-label={words.page.steps} data-testid="stepper">
      {view.steps.map(({ id, name, state, at }, index) => {
        const shown = stateOf(state);
        const Icon = ICONS[shown];
        return (
          <li
            key={id}
            className={`step step-${shown}`}
            aria-current={state === 'current' ? 'step' : undefined}
            data-step={id}
            data-state={shown}
          >
            <span className="step-mark" aria-hidden="true">
              {Icon ? <Icon /> : index + 1}
            </span>
            <span className="step-name">{say(name)}</span>
            <span className="step-state">
              {words.step[shown]}
              {at !== undefined && <time dateTime={at}> {dayAndTime(at, now(), district.timezone, language)}</time>}
            </span>
          </li>
        );
      })}
    </ol>
  );
};

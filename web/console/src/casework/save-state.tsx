import { CheckCircleOutlined, CloudSyncOutlined, EditOutlined, ExclamationCircleFilled } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useConsole, useWords } from '../context.ts';
import { nameOf, type Schema } from '../forms/schema.ts';
import { now } from '../shared/clock.ts';
import { moment } from '../shared/format.ts';
import type { Draft, DraftState } from './draft.ts';
import { useFormPageWords } from './form-words.ts';

const ICONS = {
  untouched: EditOutlined,
  dirty: EditOutlined,
  saving: CloudSyncOutlined,
  saved: CheckCircleOutlined,
  failed: ExclamationCircleFilled,
} as const;

/** Is what one typed kept? Always in sight. */
export const SaveState = ({ state, draft }: { readonly state: DraftState; readonly draft: Draft }) => {
  const words = useFormPageWords();
  const { language } = useWords();
  const { district } = useConsole();
  const Icon = ICONS[state.status];
  const since = state.savedAt ?? (state.view ? Date.parse(state.view.openedAt) : undefined);
  const text =
    state.status === 'saved'
      ? since === undefined
        ? words.save.untouched
        : words.save.saved(moment(since, now(), district.timezone, language))
      : words.save[state.status];
  return (
    <span className={`save save-${state.status}`} data-testid="save-state" data-state={state.status} role="status">
      <Icon aria-hidden="true" /> {text}
      {state.status === 'failed' && (
        <>
          {' '}
          <span className="faint">{words.save.keep}</span>
          <Button size="small" onClick={() => void draft.flush()}>
            {words.save.retry}
          </Button>
        </>
      )}
    </span>
  );
};

/** Somebody else was at it. */
export const Overtaken = ({ state, draft, schema }: { readonly state: DraftState; readonly draft: Draft; readonly schema: Schema }) => {
  const words = useFormPageWords();
  const { language } = useWords();
  const { district } = useConsole();
  const { overtaken } = state;
  if (!overtaken) return null;
  const { by, lost } = overtaken;
  const fields = lost.map((field) => nameOf(schema, `/${field}`) || field).join(language === 'zh' ? '、' : ', ');
  return (
    <Alert
      type="warning"
      showIcon
      closable={{ onClose: draft.understood }}
      data-testid="overtaken"
      title={by?.name === undefined ? words.save.changed : words.save.changedBy(by.name, moment(by.at, now(), district.timezone, language))}
      description={lost.length > 0 && words.save.lost(fields)}
    />
  );
};

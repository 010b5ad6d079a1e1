import { FormOutlined, RightOutlined } from '@ant-design/icons';
import { Empty } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useConsole, useWords } from '../context.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import '../shell/parts.css';
import './form.css';
import { listForms } from './requests.ts';
import { useCaseWords } from './words.ts';

/** What one may ask for. What the platform alone begins is not offered. */
export default () => {
  const words = useCaseWords();
  const { say } = useWords();
  const { api } = useConsole();
  const search = useSearchParams()[0].toString();
  const { value, problem, reload } = useLoaded('forms', (signal) => listForms(api, signal));
  const forms = value?.items.filter(({ departments }) => departments.length > 0);
  return (
    <>
      <Head title={words.choose.heading} />
      <p className="faint">{words.choose.hint}</p>
      {problem && <Failed title={words.choose.failed} problem={problem} onRetry={() => void reload()} />}
      {!forms && !problem && <Loading />}
      {forms?.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{words.choose.none}</strong>
              <div className="faint">{words.choose.noneHint}</div>
            </>
          }
        />
      )}
      <ul className="choices" hidden={!forms?.length}>
        {forms?.map(({ id, name, about }) => (
          <li key={id}>
            <Link className="choice card" to={`/requests/new/${id}${search === '' ? '' : `?${search}`}`} data-testid={`choose-${id}`}>
              <FormOutlined aria-hidden="true" />
              <span>
                <strong>{say(name)}</strong>
                <span className="faint">{say(about)}</span>
              </span>
              <RightOutlined aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
};

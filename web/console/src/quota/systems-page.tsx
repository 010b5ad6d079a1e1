import { PlusOutlined } from '@ant-design/icons';
import { Empty } from 'antd';
import { Link } from 'react-router';
import '../shell/parts.css';
import { useDepartmentName } from '../casework/names.ts';
import { useConsole, useMay, useWords } from '../context.ts';
import { percent } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { Loading } from '../shell/loading.tsx';
import './cloud.css';
import { type AdoptionView, getAdoption } from './requests.ts';
import { SubNav } from './sub-nav.tsx';
import { useCloudWords } from './words.ts';

type Department = AdoptionView['departments'][number];

const Systems = ({ list }: { readonly list: Department['list'] }) => {
  const words = useCloudWords();
  return (
    <ul className="system-list">
      {list.map(({ systemId, name, level, inCloud, elsewhere }) => (
        <li key={systemId}>
          <Link className="link" to={`/cloud/systems/${systemId}`} data-testid="system">
            {name}
          </Link>
          <span className="faint">{words.systems.levelOf(level)}</span>
          <span className={inCloud ? 'in-cloud' : 'outside'}>{inCloud ? words.systems.inCloud : words.systems.outside}</span>
          {elsewhere !== undefined && <span className="faint">{words.systems.at(elsewhere)}</span>}
        </li>
      ))}
    </ul>
  );
};

/** A bar that opens: down to each system. One department alone is open from the start. */
const Bar = ({ department, open }: { readonly department: Department; readonly open: boolean }) => {
  const { language } = useWords();
  const departmentName = useDepartmentName();
  const { rate, inCloud, systems, list } = department;
  return (
    <li>
      <details open={open} data-testid="adoption" data-department={department.department}>
        <summary>
          <span className="name">{departmentName(department.department)}</span>
          <span className="bar" aria-hidden="true">
            <span style={{ width: `${rate * 100}%` }} />
          </span>
          <span className="share">
            {percent(rate, language)} <span className="faint">{`${inCloud}/${systems}`}</span>
          </span>
        </summary>
        <Systems list={list} />
      </details>
    </li>
  );
};

/** Which of the district's systems run in the cloud. */
export default () => {
  const words = useCloudWords();
  const { language } = useWords();
  const { api } = useConsole();
  const mayWrite = useMay('systems:write');
  const { value, problem, reload } = useLoaded('adoption', (signal) => getAdoption(api, signal));
  const departments = value?.departments.filter(({ systems }) => systems > 0) ?? [];
  return (
    <>
      <Head title={words.systems.heading}>
        <SubNav />
        {mayWrite && (
          <LinkButton type="primary" className="head-action" icon={<PlusOutlined />} data-testid="new-system" to="/cloud/systems/new">
            {words.systems.new}
          </LinkButton>
        )}
      </Head>
      {problem && <Failed title={words.systems.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value?.systems === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{words.systems.none}</strong>
              <div className="faint">{words.systems.noneHint}</div>
            </>
          }
        />
      )}
      {value && value.systems > 0 && (
        <>
          <section className="card" aria-label={words.systems.rate}>
            <div className="adoption-total">
              <span>{words.systems.rate}</span>
              <strong data-testid="adoption-rate">{percent(value.rate, language)}</strong>
              <span className="faint">{words.systems.of(value.inCloud, value.systems)}</span>
            </div>
          </section>
          <section className="card" aria-labelledby="by-department">
            <h2 id="by-department">{words.systems.byDepartment}</h2>
            <ul className="adoption">
              {departments.map((department) => (
                <Bar key={department.department} department={department} open={departments.length === 1} />
              ))}
            </ul>
          </section>
        </>
      )}
    </>
  );
};

import { EditOutlined } from '@ant-design/icons';
import { Alert, App, Button, Descriptions, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import '../shell/parts.css';
import { useDepartmentName } from '../casework/names.ts';
import { useConsole, useMay, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { useLoaded } from '../shared/loaded.ts';
import { ulid } from '../shared/ulid.ts';
import { overseesAll, ownDepartments } from '../shared/who.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import './cloud.css';
import { type CatalogueView, getCatalogue, getSystem, type SystemView } from './requests.ts';
import { SubNav } from './sub-nav.tsx';
import { SystemForm } from './system-form.tsx';
import { useCloudWords } from './words.ts';

const NEW = 'new';

const Facts = ({ system, catalogue }: { readonly system: SystemView; readonly catalogue: CatalogueView }) => {
  const words = useCloudWords();
  const { say } = useWords();
  const departmentName = useDepartmentName();
  const className = (id: string) => {
    const found = catalogue.dataClasses.find((one) => one.id === id);
    return found ? say(found.name) : id;
  };
  const { department, level, dataClasses, owner, inCloud, elsewhere, allocations } = system;
  const items = [
    { label: words.systems.department, children: departmentName(department) },
    { label: words.systems.level, children: words.systems.levelOf(level) },
    { label: words.systems.dataClasses, children: dataClasses.map((id) => <Tag key={id}>{className(id)}</Tag>) },
    {
      label: words.systems.elsewhere,
      children: (
        <>
          <span className={inCloud ? 'in-cloud' : 'outside'}>{inCloud ? words.systems.inCloud : words.systems.outside}</span> {elsewhere}
        </>
      ),
    },
    { label: words.systems.owner, children: owner ? `${owner.name} ${owner.phone}` : '–' },
    {
      label: words.systems.allocations,
      children:
        allocations.length === 0
          ? words.systems.nothing
          : allocations.map((id) => (
              <div key={id}>
                <Link className="link" to={`/cloud/allocations/${id}`}>
                  <code>{id}</code>
                </Link>
              </div>
            )),
    },
  ];
  return <Descriptions size="small" bordered column={{ xs: 1, md: 2 }} items={items.map((item) => ({ ...item, key: item.label }))} />;
};

/** One system of the register: to be read, and changed by those who keep it. */
export default () => {
  const { systemId = NEW } = useParams();
  const words = useCloudWords();
  const { api, profile, district } = useConsole();
  const navigate = useNavigate();
  const { language } = useWords();
  const { notification } = App.useApp();
  const mayWrite = useMay('systems:write');
  const isNew = systemId === NEW;
  const [editing, setEditing] = useState(isNew);
  const [stale, setStale] = useState(false);
  // One id for this entry, however often it is sent.
  const id = useMemo(() => (isNew ? `sys_${ulid(now())}` : systemId), [isNew, systemId]);
  const { value: catalogue, problem: broken } = useLoaded('catalogue', (signal) => getCatalogue(api, signal));
  const { value: system, problem, reload, put } = useLoaded(isNew ? undefined : systemId, (signal) => getSystem(api, systemId, signal));
  const failed = problem ?? broken;
  const keeps = mayWrite && system && (overseesAll(profile, district.bureau) || ownDepartments(profile).includes(system.department));
  /** An entry is changed as it is: its owner is read in full, and that look is recorded. */
  const edit = async () => {
    try {
      put(await getSystem(api, systemId, undefined, true));
      setEditing(true);
    } catch (error) {
      const refused = asProblem(error, language);
      notification.error({ title: refused.title, description: refused.detail, role: 'alert', duration: 0 });
    }
  };
  const ready = catalogue && (isNew || system);
  return (
    <>
      <Head title={isNew ? words.systems.new : (system?.name ?? words.systems.heading)}>
        <SubNav />
        {keeps && !editing && (
          <Button className="head-action" icon={<EditOutlined />} data-testid="edit-system" onClick={() => void edit()}>
            {words.systems.edit}
          </Button>
        )}
      </Head>
      {failed && <Failed title={words.systems.failed} problem={failed} onRetry={() => void reload()} />}
      {!ready && !failed && <Loading />}
      {stale && <Alert type="warning" showIcon role="alert" title={words.systems.changedMeanwhile} />}
      {ready && (
        <section className="card" aria-label={words.systems.heading}>
          {editing ? (
            <SystemForm
              key={system?.version ?? 0}
              systemId={id}
              system={system}
              catalogue={catalogue}
              onCancel={() => (isNew ? void navigate('/cloud/systems') : setEditing(false))}
              onStale={() => {
                setStale(true);
                void edit();
              }}
              onSaved={(saved) => {
                setStale(false);
                setEditing(false);
                if (isNew) void navigate(`/cloud/systems/${saved.systemId}`, { replace: true });
                else put(saved);
              }}
            />
          ) : (
            system && <Facts system={system} catalogue={catalogue} />
          )}
        </section>
      )}
      <Link className="link" to="/cloud/systems">
        {words.systems.back}
      </Link>
    </>
  );
};

/** Who holds which duty where, and who acts for whom. Kept by registrars, seen by colleagues. */
import { EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import '../shell/parts.css';
import { dutyName, useDepartmentName } from '../casework/names.ts';
import { useCaseWords } from '../casework/words.ts';
import { useConsole, useMay, useWords } from '../context.ts';
import '../quota/cloud.css';
import { now } from '../shared/clock.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import { Scrolls } from '../shell/scrolls.tsx';
import { Delegations } from './delegations.tsx';
import './directory.css';
import { OfficerDialog } from './officer-dialog.tsx';
import { byDepartment, type Place } from './people.ts';
import { listOfficers, type OfficerPage, type OfficerView } from './requests.ts';
import { useDirectoryWords } from './words.ts';

const Duty = ({ duty }: { readonly duty: OfficerView['duties'][number] }) => {
  const words = useDirectoryWords();
  const caseWords = useCaseWords();
  const { from, until } = duty;
  return (
    <span className="held">
      <Tag>{dutyName(caseWords, duty.duty)}</Tag>
      {(from !== undefined || until !== undefined) && (
        <span className="faint">{words.page.term(from ?? words.page.ever, until ?? words.page.open)}</span>
      )}
    </span>
  );
};

interface RowProps {
  readonly officer: OfficerView;
  readonly department: string;
  readonly today: string;
  readonly onEdit: ((officer: OfficerView) => void) | undefined;
}

const Row = ({ officer, department, today, onEdit }: RowProps) => {
  const words = useDirectoryWords();
  const { say } = useWords();
  const { profile } = useConsole();
  const { id, kind, name, duties, leftOn } = officer;
  const self = id === profile.id;
  return (
    <tr data-testid="officer" data-officer={id} className={leftOn !== undefined && leftOn <= today ? 'gone' : undefined}>
      <th scope="row">
        {say(name)}
        {self && <span className="faint">{words.page.you}</span>}
        <span className="faint officer-id">
          {id}
          {kind === 'service' && ` · ${words.page.machine}`}
        </span>
      </th>
      <td>
        {duties
          .filter((duty) => duty.department === department)
          .map((duty) => (
            <Duty key={`${duty.duty}${duty.from ?? ''}`} duty={duty} />
          ))}
        {leftOn !== undefined && <span className="outside">{leftOn <= today ? words.page.left(leftOn) : words.page.leaves(leftOn)}</span>}
      </td>
      <td>
        {onEdit &&
          (self ? (
            <span className="faint">{words.page.ownEntry}</span>
          ) : (
            <Button
              size="small"
              icon={<EditOutlined />}
              data-testid="edit-officer"
              aria-label={words.page.edit(say(name))}
              onClick={() => onEdit(officer)}
            >
              {words.page.editShort}
            </Button>
          ))}
      </td>
    </tr>
  );
};

const People = ({ place, ...rest }: { readonly place: Place } & Pick<RowProps, 'today' | 'onEdit'>) => {
  const words = useDirectoryWords();
  const departmentName = useDepartmentName();
  const name = departmentName(place.department);
  return (
    <section className="card" aria-labelledby={`of-${place.department}`}>
      <h2 id={`of-${place.department}`}>
        {name} <span className="faint">{place.officers.length}</span>
      </h2>
      <Scrolls label={name}>
        <table className="amounts texts officers">
          <caption className="visually-hidden">{name}</caption>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{words.page.name}</th>
              <th scope="col">{words.page.duties}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {place.officers.map((officer) => (
              <Row key={officer.id} officer={officer} department={place.department} {...rest} />
            ))}
          </tbody>
        </table>
      </Scrolls>
    </section>
  );
};

/** The district's calendar day. */
const useToday = (): string => {
  const { district } = useConsole();
  return new Date(now() + district.calendar.offsetMinutes * 60_000).toISOString().slice(0, 10);
};

export default () => {
  const words = useDirectoryWords();
  const { language } = useWords();
  const { api, district, profile } = useConsole();
  const [params, setParams] = useSearchParams();
  const isRegistrar = useMay('directory:write');
  const [editing, setEditing] = useState<OfficerView | 'new'>();
  const today = useToday();
  const department = params.get('department') ?? '';
  const query = department === '' ? {} : { department };
  const { value, problem, reload, put } = useLoaded<OfficerPage>(`officers ${department}`, (signal) => listOfficers(api, query, signal));
  const offered = isRegistrar ? district.departments : profile.departments;
  const places = byDepartment(
    value?.items ?? [],
    district.departments.map(({ id }) => id).filter((id) => department === '' || id === department),
  );
  const more = async () => {
    const next = value?.next && (await listOfficers(api, { ...query, cursor: value.next }).catch(() => undefined));
    if (next && value) put({ ...next, items: [...value.items, ...next.items] });
  };
  return (
    <>
      <Head title={words.page.heading}>
        {offered.length > 1 && (
          <Select
            className="head-select"
            aria-label={words.page.department}
            showSearch={{ optionFilterProp: 'label' }}
            value={department}
            onChange={(id) => setParams(id === '' ? {} : { department: id }, { replace: true })}
            options={[
              { value: '', label: words.page.allDepartments },
              ...offered.map(({ id, name }) => ({ value: id, label: name[language] })),
            ]}
          />
        )}
        {isRegistrar && (
          <Button
            type="primary"
            className="head-action"
            icon={<PlusOutlined />}
            data-testid="add-officer"
            onClick={() => setEditing('new')}
          >
            {words.page.add}
          </Button>
        )}
      </Head>
      <Delegations today={today} />
      {problem && <Failed title={words.page.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value?.items.length === 0 && <p className="faint">{words.page.none}</p>}
      {places.map((place) => (
        <People key={place.department} place={place} today={today} onEdit={isRegistrar ? setEditing : undefined} />
      ))}
      {value?.next && (
        <Button block onClick={() => void more()}>
          {words.page.more}
        </Button>
      )}
      {editing && (
        <OfficerDialog
          officer={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            void reload();
          }}
        />
      )}
    </>
  );
};

import { Select } from 'antd';
import { useState } from 'react';
import { useDepartmentName } from '../casework/names.ts';
import { useConsole, useWords } from '../context.ts';
import { number } from '../shared/format.ts';
import { ownDepartments } from '../shared/who.ts';
import { Scrolls } from '../shell/scrolls.tsx';
import type { CatalogueView, PoolView } from './requests.ts';
import { useCloudWords } from './words.ts';

const UNLIMITED = -1;

type Share = PoolView['departments'][number]['kinds'][number];

const Row = ({ share, kind }: { readonly share: Share; readonly kind: CatalogueView['kinds'][number] }) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const { limit, reserved, free, used } = share;
  const told = limit === UNLIMITED ? words.share.unlimited : limit === 0 ? words.share.disabled : number(limit, language);
  return (
    <tr data-kind={kind.id}>
      <th scope="row">
        {say(kind.name)} <span className="faint">{say(kind.unit)}</span>
      </th>
      <td>{told}</td>
      <td>{number(reserved, language)}</td>
      <td>{used === undefined ? '–' : number(used, language)}</td>
      <td>{free === UNLIMITED ? <span className="faint">{words.share.poolOnly}</span> : number(free, language)}</td>
    </tr>
  );
};

/** What a department may have, has, and has left, zone by zone. */
export const Shares = ({ pools, catalogue }: { readonly pools: readonly PoolView[]; readonly catalogue: CatalogueView }) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const { profile } = useConsole();
  const departmentName = useDepartmentName();
  const offered = catalogue.departments;
  // To the bureau a pool tells of those only that have something.
  const has = (id: string) => pools.some(({ departments }) => departments.some((one) => one.department === id));
  const own = ownDepartments(profile).find((id) => offered.some((one) => one.id === id) && has(id));
  const [chosen, setChosen] = useState<string>();
  const department = chosen ?? own ?? (offered.find(({ id }) => has(id)) ?? offered[0])?.id;
  if (department === undefined) return null;
  return (
    <section className="card" aria-labelledby="shares" data-testid="shares">
      <div className="pool-head">
        <h2 id="shares">{offered.length === 1 ? words.share.own : words.share.heading}</h2>
        {offered.length === 1 ? (
          <span className="faint">{departmentName(department)}</span>
        ) : (
          <Select
            className="head-select head-action"
            aria-label={words.share.department}
            showSearch={{ optionFilterProp: 'label' }}
            value={department}
            onChange={setChosen}
            options={offered.map(({ id, name }) => ({ value: id, label: name[language] }))}
          />
        )}
      </div>
      {!has(department) && <p className="faint">{words.share.nothing}</p>}
      <div className="shares">
        {pools.map((pool) => {
          const share = pool.departments.find((one) => one.department === department);
          if (!share) return null;
          const label = words.share.table(departmentName(department), say(pool.name));
          return (
            <div key={pool.zone}>
              <h3>{say(pool.name)}</h3>
              <Scrolls label={label}>
                <table className="amounts">
                  <caption className="visually-hidden">{label}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{words.pool.kind}</th>
                      <th scope="col">{words.share.limit}</th>
                      <th scope="col">{words.pool.reserved}</th>
                      <th scope="col">{words.pool.used}</th>
                      <th scope="col">{words.share.left}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {catalogue.kinds.map((kind) => {
                      const found = share.kinds.find((one) => one.kind === kind.id);
                      return found && <Row key={kind.id} share={found} kind={kind} />;
                    })}
                  </tbody>
                </table>
              </Scrolls>
            </div>
          );
        })}
      </div>
    </section>
  );
};

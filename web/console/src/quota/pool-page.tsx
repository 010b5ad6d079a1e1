import '../shell/parts.css';
import { useConsole } from '../context.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import { Allocations } from './allocations.tsx';
import './cloud.css';
import { Pool } from './pool.tsx';
import { getCatalogue, listPools } from './requests.ts';
import { Shares } from './shares.tsx';
import { SubNav } from './sub-nav.tsx';
import { useCloudWords } from './words.ts';

const REFRESH_MS = 60_000;

/** What there is, who has it, what is left, and for how long. */
export default () => {
  const words = useCloudWords();
  const { api } = useConsole();
  const { value: catalogue, problem: broken, reload: again } = useLoaded('catalogue', (signal) => getCatalogue(api, signal));
  const { value: pools, problem, reload } = useLoaded('pools', (signal) => listPools(api, signal), REFRESH_MS);
  const failed = broken ?? problem;
  return (
    <>
      <Head title={words.pool.heading}>
        <SubNav />
      </Head>
      {failed && (
        <Failed
          title={words.pool.failed}
          problem={failed}
          onRetry={() => {
            void again();
            void reload();
          }}
        />
      )}
      {(!catalogue || !pools) && !failed && <Loading />}
      {catalogue && pools && (
        <>
          <div className="pools">
            {pools.items.map((pool) => (
              <Pool key={pool.zone} pool={pool} catalogue={catalogue} onChanged={() => void reload()} />
            ))}
          </div>
          <Shares pools={pools.items} catalogue={catalogue} />
          <Allocations catalogue={catalogue} />
        </>
      )}
    </>
  );
};

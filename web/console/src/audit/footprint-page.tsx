/** What the log says about oneself: for everybody. */
import '../shell/parts.css';
import { useConsole } from '../context.ts';
import '../directory/directory.css';
import '../quota/cloud.css';
import { Head } from '../shell/head.tsx';
import './audit.css';
import { Entries } from './entries.tsx';
import { useAuditWords } from './words.ts';

export default () => {
  const words = useAuditWords();
  const { profile } = useConsole();
  return (
    <>
      <Head title={words.footprint.heading} />
      <p className="faint about">{words.footprint.hint}</p>
      <Entries search={{ subject: `${profile.kind}:${profile.id}` }} none={words.footprint.none} />
    </>
  );
};

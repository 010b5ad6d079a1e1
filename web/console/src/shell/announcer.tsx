import { useEffect, useState } from 'react';
import { useConsole, useTownName, useWords } from '../context.ts';
import { levelName } from '../levels.ts';

/** Tells a screen reader of new red and orange alerts, at once. */
export const Announcer = () => {
  const { sync } = useConsole();
  const { words, say } = useWords();
  const townName = useTownName();
  const [text, setText] = useState('');
  useEffect(() => {
    let told = sync.state.get().arrivals.batch;
    return sync.state.subscribe(() => {
      const { arrivals, alerts } = sync.state.get();
      if (arrivals.batch === told) return;
      told = arrivals.batch;
      const views = arrivals.alertIds.flatMap((id) => alerts[id]?.view ?? []);
      const [first] = views;
      if (!first) return;
      const red = views.filter(({ level }) => level === 'red').length;
      setText(
        views.length === 1
          ? words.alerts.announceOne(levelName(words, first.level), townName(first.town), say(first.headline))
          : words.alerts.announceMany(views.length, red),
      );
    });
  }, [sync, words, say, townName]);
  return (
    <div className="visually-hidden" aria-live="assertive">
      {text}
    </div>
  );
};

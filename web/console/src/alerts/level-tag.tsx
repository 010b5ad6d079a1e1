import { useWords } from '../context.ts';
import { LEVEL_ICON, levelName } from '../levels.ts';
import type { Level } from '../model.ts';

/** A level by colour, shape and word. */
export const LevelTag = ({ level }: { readonly level: Level }) => {
  const { words } = useWords();
  const Icon = LEVEL_ICON[level];
  return (
    <span className={`level-tag level-${level}`}>
      <Icon aria-hidden /> {levelName(words, level)}
    </span>
  );
};

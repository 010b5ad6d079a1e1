import { useConsoleState, useWords } from '../context.ts';
import { countByLevel, type Filter } from '../groups.ts';
import { LEVEL_ICON, LEVELS, levelGrade, levelName } from '../levels.ts';

/** How many of each level are open; pressing one keeps to it. */
export const LevelTiles = ({ filter, onChange }: { readonly filter: Filter; readonly onChange: (change: Partial<Filter>) => void }) => {
  const { words } = useWords();
  const state = useConsoleState((whole) => whole);
  const counts = countByLevel(state, filter.town);
  return (
    <fieldset className="tiles">
      <legend className="visually-hidden">{words.level.byLevel}</legend>
      {LEVELS.map((level) => {
        const Icon = LEVEL_ICON[level];
        const pressed = filter.level === level;
        // Before the first answer, or without one, “0” would be a lie.
        const count = state.ready ? counts[level] : '–';
        return (
          <button
            key={level}
            type="button"
            className={`tile level-${level}`}
            data-testid={`level-tile-${level}`}
            data-empty={counts[level] === 0}
            aria-pressed={pressed}
            onClick={() => onChange({ level: pressed ? undefined : level })}
          >
            <Icon aria-hidden />
            <span className="tile-count">{count}</span>
            <span className="tile-name">{levelName(words, level)}</span>
            <span className="tile-grade">{levelGrade(words, level)}</span>
          </button>
        );
      })}
    </fieldset>
  );
};

/** Tells a screen reader, politely, what happened on the page: a draft was saved, a list has changed. */
import { createStore } from '../shared/store.ts';

interface Said {
  readonly text: string;
  readonly times: number;
}

const said = createStore<Said, string>(({ times }, text) => ({ text, times: times + 1 }), { text: '', times: 0 });

export const announce = (text: string): void => said.dispatch(text);
export const announced = said;

/**
 * What casework may ask for as `cloud-quota.<what>`, and the outcomes that a form's definition must have a way for:
 *
 * - `assess`: `assessed` (people, or a rule by `results.<step>.standard`, go on) | `blocked` (no approval lifts what was found)
 * - `allocate`: `granted` | `refused`
 * - `extend`, `resize`, `recall`, `transfer`, `terminate`, `freeze`, `unfreeze`, `release`: `done` | `refused`
 */
import { allocate, assessRequest, refused } from './applications.ts';
import { CHANGING, change } from './changes.ts';
import type { Decided, Desk, StepRequest } from './desk.ts';
import * as words from './words.ts';

export const CAPABILITY = 'cloud-quota';

export const decide = (desk: Desk, request: StepRequest, now: number): Decided => {
  if (request.what === 'assess') return assessRequest(desk, request);
  if (request.what === 'allocate') return allocate(desk, request, now);
  if (CHANGING.includes(request.what)) return change(desk, request, now);
  return refused(desk, request, [words.unknownService(`${CAPABILITY}.${request.what}`)]);
};

/** Separation of duties (不相容岗位分离): who decided one step does not decide another that is to check it. */
import type { Case } from './case.ts';
import { type Form, isService, type PeopleStep, stepOf } from './form.ts';

/**
 * The earlier step for whose sake the present one is not for this person. Who decided a step last counts until that step is walked again,
 * also after a return; it is the person who really decided, on whosever behalf.
 */
export const separatedBy = ({ phase, deciders }: Case, form: Form, person: string): PeopleStep | undefined => {
  const step = phase.at === 'step' ? stepOf(form, phase.step) : undefined;
  if (!step || isService(step)) return undefined;
  const earlier = step.separateFrom?.find((id) => deciders[id] === person);
  return earlier === undefined ? undefined : (stepOf(form, earlier) as PeopleStep);
};

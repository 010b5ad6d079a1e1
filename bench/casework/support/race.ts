/** A thousand departments’ requests for what is left of one pool. */
import type { StepEvent } from '#functions/cloud-quota/intake.ts';
import type { Config } from '#infra/config/schema.ts';
import { newId } from '#runtime/ids.ts';

export const REQUESTS = 1_000;
export const LEFT = 100;
export const ZONE = 'internet';

/** Each asks for one vCPU for a system of its own, in turn of all departments. */
export const requests = ({ district }: Config, now: number): StepEvent[] =>
  Array.from({ length: REQUESTS }, (_, i) => {
    const department = district.departments[i % district.departments.length]?.id as string;
    return {
      source: 'casework',
      name: 'StepRequested',
      metadata: { id: newId('evt', now), version: 1, time: new Date(now).toISOString(), actor: 'person:bench', trace: `bench ${i}` },
      data: {
        caseId: newId('case', now),
        form: { id: 'cloud-quota', version: 1 },
        department,
        applicant: 'person:bench',
        step: 'allocate',
        attempt: 1,
        service: 'cloud-quota.allocate',
        input: {
          system: { name: `系统 ${i}`, level: 1 },
          dataClasses: ['open'],
          zone: ZONE,
          environment: 'production',
          amounts: { vcpu: 1 },
          months: 12,
        },
      },
    };
  });

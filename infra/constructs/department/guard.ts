import type { IConstruct, IValidation } from 'constructs';
import { type Allocation, DISABLED, QUOTA_KINDS, QUOTA_WORDS, type QuotaKind, UNLIMITED } from './allocation.ts';
import { byStack, type Declared, resourcesOf } from './resources.ts';
import { type Usage, usageOf } from './usage.ts';

export type Declaration = Partial<Readonly<Record<QuotaKind, number>>>;

/** Beside the tree, not in it: metadata of a construct would be written into the assembly. */
const declarations = new WeakMap<IConstruct, Declaration>();

/** Says what a construct takes of the quota where its properties don't: an EFS file system, an Aurora cluster, a cache, a function that CDK makes. */
export const declareUse = (construct: IConstruct, use: Declaration): void => void declarations.set(construct, use);

const declaredOn = (construct: IConstruct): Declaration => declarations.get(construct) ?? {};
const isDeclared = (construct: IConstruct, kind: QuotaKind): boolean =>
  construct.node.scopes.some((scope) => declaredOn(scope)[kind] !== undefined);

interface Use {
  readonly path: string;
  readonly kind: QuotaKind;
  readonly amount: number;
}

const say = (zh: string, en: string): string => `${zh}\n    ${en}`;

const unknown = ({ construct, type }: Declared, kind: QuotaKind): string =>
  say(
    `${construct.node.path}（${type}）：看不出占用多少${QUOTA_WORDS[kind].zh}。请在资源上写明，或用 declareUse(construct, { ${kind}: … }) 声明。`,
    `${construct.node.path} (${type}): cannot tell how much ${QUOTA_WORDS[kind].en} it takes. Set it on the resource, or say it by declareUse(construct, { ${kind}: … }).`,
  );

const disabled = ({ construct, type }: Declared, kind: QuotaKind): string =>
  say(
    `${construct.node.path}（${type}）：没有分配${QUOTA_WORDS[kind].zh}（配额为 0）。`,
    `${construct.node.path} (${type}): no ${QUOTA_WORDS[kind].en} was allocated (the quota is 0).`,
  );

const over = (kind: QuotaKind, limit: number, uses: readonly Use[]): string => {
  const total = uses.reduce((sum, { amount }) => sum + amount, 0);
  const each = uses.map(({ path, amount }) => `${path} ${amount}`).join(', ');
  return say(
    `${QUOTA_WORDS[kind].zh}共声明 ${total}，超过配额 ${limit}：${each}`,
    `${total} ${QUOTA_WORDS[kind].en} are declared, the quota is ${limit}: ${each}`,
  );
};

/**
 * Refuses to synthesise what exceeds the quota. A validation and no aspect: it runs after every aspect, so that it sees what the
 * templates will hold, and CDK knows no option that turns its findings into warnings.
 */
export class QuotaGuard implements IValidation {
  readonly #root: IConstruct;
  readonly #allocation: Allocation;

  constructor(root: IConstruct, allocation: Allocation) {
    this.#root = root;
    this.#allocation = allocation;
  }

  validate(): string[] {
    const uses: Use[] = this.#declared();
    const problems: string[] = [];
    for (const resources of byStack(resourcesOf(this.#root)).values()) {
      for (const one of resources) {
        const usage = usageOf(one, resources);
        problems.push(...this.#refusals(one, usage));
        uses.push(...known(one, usage));
      }
    }
    return [...problems, ...this.#excesses(uses)];
  }

  #declared(): Use[] {
    return this.#root.node
      .findAll()
      .flatMap((construct) =>
        Object.entries(declaredOn(construct)).map(([kind, amount]) => ({ path: construct.node.path, kind: kind as QuotaKind, amount })),
      );
  }

  #refusals(resource: Declared, usage: Usage): string[] {
    return QUOTA_KINDS.flatMap((kind) => {
      const amount = usage[kind];
      // What has a number is summed.
      if (amount === undefined || typeof amount === 'number') return [];
      if (this.#allocation.quota[kind] === DISABLED) return [disabled(resource, kind)];
      const isSilent = amount === 'unknown' && this.#allocation.quota[kind] !== UNLIMITED && !isDeclared(resource.construct, kind);
      return isSilent ? [unknown(resource, kind)] : [];
    });
  }

  #excesses(uses: readonly Use[]): string[] {
    return QUOTA_KINDS.flatMap((kind) => {
      const limit = this.#allocation.quota[kind];
      const mine = uses.filter((use) => use.kind === kind && use.amount > 0);
      const total = mine.reduce((sum, { amount }) => sum + amount, 0);
      return limit === UNLIMITED || total <= limit ? [] : [over(kind, limit, mine)];
    });
  }
}

const known = ({ construct }: Declared, usage: Usage): Use[] =>
  Object.entries(usage).flatMap(([kind, amount]) =>
    typeof amount === 'number' ? [{ path: construct.node.path, kind: kind as QuotaKind, amount }] : [],
  );

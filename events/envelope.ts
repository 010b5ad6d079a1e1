import Type, { type Static, type TObject, type TSchema } from 'typebox';

/** Ids are `<prefix>_<ULID>`: sortable by time, and telling what they name. */
export const Id = (prefix: string) => Type.String({ pattern: `^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$` });

/** RFC 3339 with offset, e.g. 2026-07-01T03:00:00.000+08:00 or …Z. */
export const Timestamp = Type.String({
  format: 'date-time',
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
});

/** 预警级别 by colour: I 特别重大 red, II 重大 orange, III 较大 yellow, IV 一般 blue. */
export const LEVELS = ['blue', 'yellow', 'orange', 'red'] as const;
export const Level = Type.Union([Type.Literal('blue'), Type.Literal('yellow'), Type.Literal('orange'), Type.Literal('red')], {
  description: '预警级别 Warning level: red I 特别重大, orange II 重大, yellow III 较大, blue IV 一般',
});
export type Level = Static<typeof Level>;

/** A text in both languages. */
export const Text = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, { additionalProperties: false });
export type Text = Static<typeof Text>;

/** WGS 84 degrees. */
export const Place = Type.Object(
  { lon: Type.Number({ minimum: -180, maximum: 180 }), lat: Type.Number({ minimum: -90, maximum: 90 }) },
  { additionalProperties: false },
);
export type Place = Static<typeof Place>;

export const Metadata = Type.Object(
  {
    id: Id('evt'),
    /** Version of `data`'s shape; a changed shape is a new version, old readers keep the old one. */
    version: Type.Integer({ minimum: 1 }),
    time: Timestamp,
    /** Who or what caused it: `person:…`, `device:…`, `system:…`. */
    actor: Type.String(),
    /** The id of the event or request that began this chain. */
    trace: Type.String(),
  },
  { additionalProperties: false },
);
export type Metadata = Static<typeof Metadata>;

/** What EventBridge carries as `detail`; `source` is the capability, `detail-type` the event's name. */
export interface Event<Name extends string = string, Data = unknown> {
  readonly source: Capability;
  readonly name: Name;
  readonly metadata: Metadata;
  readonly data: Data;
}

export type Capability = 'devices' | 'alerts' | 'emergency' | 'identity' | 'casework' | 'cloud-quota';

export interface EventDefinition<Name extends string = string, S extends TSchema = TSchema> {
  readonly source: Capability;
  readonly name: Name;
  readonly version: number;
  readonly description: string;
  readonly data: S;
  readonly sample: Static<S>;
}

export const defineEvent = <const Name extends string, S extends TObject>(definition: EventDefinition<Name, S>): EventDefinition<Name, S> =>
  definition;

export type EventOf<D> = D extends EventDefinition<infer Name, infer S> ? Event<Name, Static<S>> : never;

/** What a decision says happened; it becomes an event when the store writes it with the state (runtime/outbox.ts). */
export interface Occurrence<Name extends string = string, Data = unknown> {
  readonly definition: Pick<EventDefinition<Name>, 'source' | 'name' | 'version'>;
  readonly data: Data;
  /** Names the occurrence: deciding the same again at the same moment is the same event. */
  readonly key: readonly (string | number)[];
}

export const occurred = <const Name extends string, S extends TObject>(
  definition: EventDefinition<Name, S>,
  key: readonly (string | number)[],
  data: Static<S>,
): Occurrence<Name, Static<S>> => ({ definition, data, key });

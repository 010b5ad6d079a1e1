/** DynamoDB in memory for the stores' tests: conditions, versions, limits and duplicates as AWS has them; what the stores don't use is an error. */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBClient, fromItem, type Item } from './table.ts';

const invalid = (message: string): Error => Object.assign(new Error(message), { name: 'ValidationException' });
const refused = () => new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
export const conflicting = () =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  });

type Attribute = Item[string] | undefined;
const CLAUSES: readonly [RegExp, (attribute: Attribute, value: Attribute) => boolean][] = [
  [/^attribute_not_exists\((\w+)\)$/, (attribute) => attribute === undefined],
  [/^attribute_exists\((\w+)\)$/, (attribute) => attribute !== undefined],
  [/^begins_with\((\w+), (:\w+)\)$/, (attribute, value) => attribute?.S?.startsWith(value?.S as string) === true],
  [/^(\w+) = (:\w+)$/, (attribute, value) => JSON.stringify(attribute) === JSON.stringify(value)],
  [/^(\w+) > (:\w+)$/, (attribute, value) => (attribute?.S as string) > (value?.S as string)],
  [
    /^(\w+) < (:\w+)$/,
    (attribute, value) =>
      attribute?.N && value?.N ? Number(attribute.N) < Number(value.N) : (attribute?.S as string) < (value?.S as string),
  ],
];

const holdsClause = (clause: string, item: Item, values: Item): boolean => {
  for (const [pattern, test] of CLAUSES) {
    const [, name, value] = pattern.exec(clause) ?? [];
    if (name) return test(item[name], value === undefined ? undefined : values[value]);
  }
  throw invalid(`not understood: ${clause}`);
};

const holds = (expression: string, item: Item, values: Item): boolean =>
  expression.split(' OR ').some((all) => all.split(' AND ').every((clause) => holdsClause(clause, item, values)));

const setTo = (set: string, item: Item, values: Item): [string, Item[string]] => {
  const [, added = '', more = ''] = /^(\w+) = \1 \+ (:\w+)$/.exec(set) ?? [];
  if (item[added]?.N && values[more]?.N) return [added, { N: String(Number(item[added].N) + Number(values[more].N)) }];
  const [, first = '', once = ''] = /^(\w+) = if_not_exists\(\1, (:\w+)\)$/.exec(set) ?? [];
  if (values[once]) return [first, item[first] ?? values[once]];
  const [, name = '', value = ''] = /^(\w+) = (:\w+)$/.exec(set) ?? [];
  if (values[value]) return [name, values[value]];
  throw invalid(`not understood: ${set}`);
};

const updatedItem = (expression: string, item: Item, values: Item): Item => {
  const [, sets, removes] = /^(?:SET (.*?))?(?: ?REMOVE (.*))?$/.exec(expression) ?? [];
  // Commas stand within functions too.
  const set = sets?.split(/, (?=\w+ = )/).map((one) => setTo(one, item, values)) ?? [];
  const next = structuredClone({ ...item, ...Object.fromEntries(set) });
  for (const path of removes?.split(', ') ?? []) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined) delete next[name];
    else delete next[name]?.M?.[inner];
  }
  return next;
};

/** `#name` stands for what DynamoDB takes for a word of its own. */
const named = (expression: string | undefined, names: Record<string, string> = {}): string | undefined =>
  expression?.replaceAll(/#\w+/g, (name) => names[name] ?? name);

const THROTTLED = { Error: { Code: 'ThrottlingError', Message: 'Too much at once' } };

/** biome-ignore-start lint/suspicious/noExplicitAny: a command's input is read as it was sent */
export interface Sent {
  readonly name: string;
  readonly input: any;
}

/** One table and its indexes: conditions, versions and limits hold as in DynamoDB; what it can't read it refuses. */
export class Dynamo {
  readonly items = new Map<string, Item>();
  readonly sent: Sent[] = [];
  /** Runs before a command takes effect: may throw as AWS would, or change the table as a racer would. */
  before: (command: Sent) => unknown = () => undefined;
  /** So many items of a batch are done, the others come back unprocessed. */
  batch = Number.POSITIVE_INFINITY;
  /** Sort keys of indexes where they are not `listAt`. */
  readonly sorts: Record<string, string> = {};
  /** So many items fit on a page of a query. */
  page = Number.POSITIVE_INFINITY;
  readonly #keys: readonly string[];

  constructor(...keys: readonly string[]) {
    this.#keys = keys;
  }

  get client(): DynamoDBClient {
    return this as unknown as DynamoDBClient;
  }

  /** What lies in the table, as plain objects. */
  get all(): any[] {
    return [...this.items.values()].map((item) => fromItem(item));
  }

  find(id: string, ...part: string[]): any {
    const item = this.items.get([id, ...part].join('|'));
    return item && fromItem(item);
  }

  /** The names of the commands that wrote, in order. */
  get writes(): string[] {
    return this.sent.map(({ name }) => name).filter((name) => /Put|Write|Update/.test(name));
  }

  async send(command: { input: any }): Promise<any> {
    const sent: Sent = { name: command.constructor.name.replace('Command', ''), input: structuredClone(command.input) };
    this.sent.push(sent);
    await Promise.resolve();
    await this.before(sent);
    const { input } = sent;
    for (const part of ['ConditionExpression', 'KeyConditionExpression', 'UpdateExpression'])
      if (input[part]) input[part] = named(input[part], input.ExpressionAttributeNames);
    switch (sent.name) {
      case 'GetItem':
        return { Item: structuredClone(this.items.get(this.#key(input.Key))) };
      case 'BatchGetItem':
        return this.#batchGet(input);
      case 'Query':
        return this.#query(input);
      case 'PutItem':
        if (!this.#allowed(input, input.Item)) throw refused();
        return this.#write({ Put: input });
      case 'UpdateItem':
        if (!this.#allowed(input, input.Key)) throw refused();
        return this.#write({ Update: input });
      case 'DeleteItem':
        return this.#write({ Delete: input });
      case 'BatchWriteItem':
        return this.#batchWrite(input);
      case 'BatchExecuteStatement':
        return {
          Responses: input.Statements.slice(0, 25).map((one: any, at: number) => (at < this.batch ? this.#insert(one) : THROTTLED)),
        };
      case 'TransactWriteItems':
        return this.#transact(input.TransactItems);
      default:
        throw invalid(sent.name);
    }
  }

  #key(item: Item): string {
    return this.#keys.map((name) => item[name]?.S ?? '').join('|');
  }

  #distinct(keys: readonly Item[], most: number): void {
    if (keys.length === 0 || keys.length > most) throw invalid(`between 1 and ${most} items, not ${keys.length}`);
    if (new Set(keys.map((key) => this.#key(key))).size < keys.length) throw invalid('Provided list of item keys contains duplicates');
  }

  #allowed({ ConditionExpression, ExpressionAttributeValues = {} }: any, key: Item): boolean {
    return !ConditionExpression || holds(ConditionExpression, this.items.get(this.#key(key)) ?? {}, ExpressionAttributeValues);
  }

  #write({ Put, Update, Delete }: any): object {
    if (Put) this.items.set(this.#key(Put.Item), Put.Item);
    if (Delete) this.items.delete(this.#key(Delete.Key));
    if (Update) {
      const key = this.#key(Update.Key);
      this.items.set(key, updatedItem(Update.UpdateExpression, this.items.get(key) ?? Update.Key, Update.ExpressionAttributeValues));
    }
    return {};
  }

  #batchGet({ RequestItems }: any): object {
    const [[table, { Keys, ...options }]] = Object.entries<any>(RequestItems) as [[string, any]];
    this.#distinct(Keys, 100);
    const found = Keys.slice(0, this.batch).flatMap((key: Item) => structuredClone(this.items.get(this.#key(key))) ?? []);
    const left = Keys.slice(this.batch);
    return { Responses: { [table]: found }, UnprocessedKeys: left.length > 0 ? { [table]: { ...options, Keys: left } } : {} };
  }

  #batchWrite({ RequestItems }: any): object {
    const [[table, requests]] = Object.entries<any>(RequestItems) as [[string, any[]]];
    this.#distinct(
      requests.map(({ PutRequest }) => PutRequest.Item),
      25,
    );
    for (const { PutRequest } of requests.slice(0, this.batch)) this.#write({ Put: PutRequest });
    const left = requests.slice(this.batch);
    return { UnprocessedItems: left.length > 0 ? { [table]: left } : {} };
  }

  /** PartiQL's INSERT refuses what is there already. */
  #insert({ Statement, Parameters }: any): object {
    const [, list = ''] = /^INSERT INTO "[^"]+" VALUE \{(.+)\}$/.exec(Statement) ?? [];
    const names = [...list.matchAll(/'(\w+)': \?/g)].map(([, name]) => name as string);
    if (names.length === 0 || names.length !== Parameters.length) throw invalid(`not understood: ${Statement}`);
    const item: Item = Object.fromEntries(names.map((name, at) => [name, Parameters[at]]));
    if (this.items.has(this.#key(item))) return { Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } };
    return this.#write({ Put: { Item: item } });
  }

  #transact(writes: any[]): object {
    const parts = writes.map(({ Put, Delete, Update }) => ({ ...(Put ?? Delete ?? Update), key: Put?.Item ?? (Delete ?? Update).Key }));
    this.#distinct(
      parts.map(({ key }) => key),
      100,
    );
    const reasons = parts.map((part) => ({ Code: this.#allowed(part, part.key) ? 'None' : 'ConditionalCheckFailed' }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {}, CancellationReasons: reasons });
    }
    for (const write of writes) this.#write(write);
    return {};
  }

  #query(input: any): object {
    const {
      IndexName,
      ExpressionAttributeNames = {},
      ExpressionAttributeValues,
      ScanIndexForward = true,
      Limit,
      ExclusiveStartKey,
    } = input;
    const expression = input.KeyConditionExpression.replace(/#\w+/g, (name: string) => ExpressionAttributeNames[name]);
    const partition = expression.split(' = ')[0] as string;
    const sort = IndexName ? (this.sorts[IndexName] ?? 'listAt') : (this.#keys[1] as string);
    const up = ScanIndexForward ? 1 : -1;
    const found = [...this.items.values()]
      .filter((item) => item[sort] && holds(expression, item, ExpressionAttributeValues))
      .sort((a, b) => ((a[sort]?.S as string) < (b[sort]?.S as string) ? -up : up));
    const from = ExclusiveStartKey ? found.findIndex((item) => this.#key(item) === this.#key(ExclusiveStartKey)) + 1 : 0;
    const size = Math.min(Limit ?? this.page, this.page);
    const items = structuredClone(found.slice(from, from + size));
    const last = items.length === size ? items.at(-1) : undefined;
    const keyNames = [...new Set([...this.#keys, partition, sort])];
    return { Items: items, ...(last && { LastEvaluatedKey: Object.fromEntries(keyNames.map((name) => [name, last[name]])) }) };
  }
}
/** biome-ignore-end lint/suspicious/noExplicitAny: above */

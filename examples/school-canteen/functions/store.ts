import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Inspection, type Menu, type Place, published, type Sheet } from './canteen.ts';

const { TABLE = '', BUCKET = '' } = process.env;
const dynamo = new DynamoDBClient();
// Buckets as a part of the path: the local cloud has no host of its own for each.
const s3 = new S3Client({ forcePathStyle: true });

interface Kept {
  readonly menu: Menu;
  readonly inspection: Inspection;
}

const keyOf = (kind: keyof Kept, { school, date }: Place) => ({ school: { S: school }, entry: { S: `${kind}#${date}` } });

const put = <K extends keyof Kept>(kind: K, value: Kept[K]) =>
  dynamo.send(new PutItemCommand({ TableName: TABLE, Item: { ...keyOf(kind, value), value: { S: JSON.stringify(value) } } }));

export const find = async <K extends keyof Kept>(kind: K, place: Place): Promise<Kept[K] | undefined> => {
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: TABLE, Key: keyOf(kind, place) }));
  return Item?.value?.S === undefined ? undefined : (JSON.parse(Item.value.S) as Kept[K]);
};

/** A day's menu replaces an earlier one: sent twice it is the same. */
export const saveMenu = async (menu: Menu): Promise<void> => void (await put('menu', menu));

/** The sheet first: a result without its ground would be worse than a ground without its result. */
export const saveInspection = async (sheet: Sheet): Promise<void> => {
  const Key = `inspections/${sheet.school}/${sheet.date}.json`;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(sheet), ContentType: 'application/json' }));
  await put('inspection', published(sheet));
};

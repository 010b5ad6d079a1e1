/** The bucket into which the provider delivers its Cost and Usage Reports: CSV in gzip, one folder a month, its manifest beside it. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { clientOptions } from '#runtime/clients.ts';
import { logger } from '#runtime/logger.ts';
import type { Cloud } from './catalogue.ts';
import { Bill, columnsOf, costOf } from './costs.ts';

export interface Costs {
  /** Of a month (2026-07), as far as it was billed. */
  billed(month: string): Promise<Bill>;
}

/** 20260701-20260801 */
const folderOf = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const compact = (at: number) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  return `${compact(Date.UTC(year, number - 1))}-${compact(Date.UTC(year, number))}`;
};

export class CostReports implements Costs {
  // By path, for an endpoint that has no names of its own.
  readonly #client = new S3Client({ ...clientOptions, forcePathStyle: true });
  readonly #at: NonNullable<Cloud['costReports']>;
  readonly #currency: string;
  readonly #timezone: string;

  constructor(at: NonNullable<Cloud['costReports']>, currency: string, timezone: string) {
    this.#at = at;
    this.#currency = currency;
    this.#timezone = timezone;
  }

  /** Undefined where nothing was delivered yet. */
  async #read(Key: string): Promise<Readable | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#at.bucket, Key }));
      return Body as Readable;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async billed(month: string): Promise<Bill> {
    const bill = new Bill();
    const { prefix, name } = this.#at;
    const manifest = await this.#read(`${prefix}/${name}/${folderOf(month)}/${name}-Manifest.json`);
    if (!manifest) return bill;
    const { reportKeys = [] } = JSON.parse(Buffer.concat(await manifest.toArray()).toString('utf8')) as { reportKeys?: string[] };
    for (const key of reportKeys) await this.#add(key, bill);
    return bill;
  }

  /** Line by line: a report may be larger than the function. */
  async #add(key: string, bill: Bill): Promise<void> {
    const body = await this.#read(key);
    if (!body) throw new Error(`The manifest names ${key}, which is not there`);
    const lines = createInterface({ input: body.pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY });
    let columns: ReturnType<typeof columnsOf>;
    let first = true;
    for await (const line of lines) {
      if (first) {
        columns = columnsOf(line);
        if (!columns) logger.warn('cost report without the columns that are needed: is the tag activated?', { key });
        first = false;
        continue;
      }
      const cost = columns && costOf(line, columns, this.#currency, this.#timezone);
      if (cost) bill.add(cost);
    }
  }
}

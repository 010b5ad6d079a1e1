/** The log's files in S3, under object lock: nobody can change or remove them, the account's owner neither. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CHECKPOINT, type Files, type Lasting } from './writer.ts';

const DAY_MS = 86_400_000;

/** Days that a partial tile is locked: its full one has taken its place by then. The bucket then removes it (stacks/audit.ts). */
export const PARTIAL_DAYS = 730;
/** `checkpoint` is written anew by each commit, and each of them is kept under a name of its own. */
const CHECKPOINT_DAYS = 1;

/** What the bucket's lifecycle knows superseded files by. */
export const SUPERSEDED = { key: 'lasting', value: 'superseded' } as const;

export class Bucket implements Files {
  readonly #client: S3Client;
  readonly #name: string;

  constructor(client: S3Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  readonly get = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: path }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };

  /** What is kept is locked for the bucket's own term. */
  readonly put = async (path: string, bytes: Uint8Array, lasting: Lasting): Promise<void> => {
    const days = path === CHECKPOINT ? CHECKPOINT_DAYS : PARTIAL_DAYS;
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#name,
        Key: path,
        Body: bytes,
        ContentType: path.startsWith('tile/') ? 'application/octet-stream' : 'text/plain; charset=utf-8',
        ...(lasting === 'superseded' && {
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate: new Date(Date.now() + days * DAY_MS),
          Tagging: `${SUPERSEDED.key}=${SUPERSEDED.value}`,
        }),
      }),
    );
  };
}

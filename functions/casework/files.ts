/** Where attachments lie: uploaded by a presigned POST that fixes their type and size, downloaded by a presigned GET that lasts minutes. */
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientOptions } from '#runtime/clients.ts';
import { Failure } from '#runtime/failure.ts';
import type { CaseFile } from './case.ts';
import type { Form } from './form.ts';

const UPLOAD_SECONDS = 15 * 60;
const DOWNLOAD_SECONDS = 5 * 60;

export interface Declared {
  readonly name: string;
  /** Media type */
  readonly type: string;
  readonly bytes: number;
}

const under = (caseId: string): string => `cases/${caseId}/`;

export const keyOf = (caseId: string, fileId: string): string => under(caseId) + fileId;

/** Whose file an object is; undefined for what this capability did not put there. */
export const fileOf = (key: string): { readonly caseId: string; readonly fileId: string } | undefined => {
  const [, caseId, fileId] = /^cases\/(case_\w{26})\/(file_\w{26})$/.exec(key) ?? [];
  return caseId !== undefined && fileId !== undefined ? { caseId, fileId } : undefined;
};

const notAccepted = (types: readonly string[]): Failure =>
  new Failure('invalid', 'file-type-not-accepted', {
    zh: `只接受这些类型：${types.join('、') || '无'}`,
    en: `Only these types are accepted: ${types.join(', ') || 'none'}`,
  });
const tooLarge = (maximum: number): Failure =>
  new Failure('tooLarge', 'file-too-large', { zh: `附件不得超过 ${maximum} 字节`, en: `A file may have ${maximum} bytes` }, { maximum });

/** RFC 8187; encodeURIComponent leaves more as it is than a header may hold, and throws at half a character. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const until = (now: number, seconds: number): string => new Date(now + seconds * 1000).toISOString();

export class Files {
  readonly #bucket: string;
  readonly #client: S3Client;

  constructor(bucket: string, client = new S3Client(clientOptions)) {
    this.#bucket = bucket;
    this.#client = client;
  }

  accept({ files }: Form, { type, bytes }: Declared): void {
    if (!files?.types.includes(type)) throw notAccepted(files?.types ?? []);
    if (bytes > files.maximumBytes) throw tooLarge(files.maximumBytes);
  }

  async upload(caseId: string, fileId: string, { type, bytes }: Declared, now: number) {
    const { url, fields } = await createPresignedPost(this.#client, {
      Bucket: this.#bucket,
      Key: keyOf(caseId, fileId),
      Conditions: [['content-length-range', bytes, bytes]],
      Fields: { 'Content-Type': type },
      Expires: UPLOAD_SECONDS,
    });
    return { url, fields, expiresAt: until(now, UPLOAD_SECONDS) };
  }

  async read(key: string): Promise<{ readonly bytes: Uint8Array; readonly version?: string }> {
    const { Body, VersionId } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    if (!Body) throw new Error(`${key}: no body`);
    return { bytes: await Body.transformToByteArray(), ...(VersionId !== undefined && { version: VersionId }) };
  }

  /** The bucket keeps what was deleted for some weeks yet, as a version; a version that is named is gone at once. */
  async remove(caseId: string, fileId: string, version?: string): Promise<void> {
    const Key = keyOf(caseId, fileId);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key, ...(version !== undefined && { VersionId: version }) }));
  }

  /** All that lies there for the case, whether the case knew of it or not. */
  async removeAll(caseId: string): Promise<void> {
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: under(caseId) }))
      for (const { Key } of page.Contents ?? []) await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
  }

  async download(caseId: string, { fileId, name, type, version }: CaseFile, now: number): Promise<{ url: string; expiresAt: string }> {
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: keyOf(caseId, fileId),
      ...(version !== undefined && { VersionId: version }),
      ResponseContentType: type,
      // Never shown in the page: a file is data, not a page of ours.
      ResponseContentDisposition: `attachment; filename*=UTF-8''${encoded(name)}`,
    });
    const url = await getSignedUrl(this.#client, command, { expiresIn: DOWNLOAD_SECONDS });
    return { url, expiresAt: until(now, DOWNLOAD_SECONDS) };
  }
}

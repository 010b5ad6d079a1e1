/** A file on its way to the bucket: by a presigned form, with progress, which only XMLHttpRequest tells. */
export interface Target {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A line that carries nothing for so long is dead. */
const TIMEOUT_MS = 10 * 60_000;

export const upload = (target: Target, file: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(target.fields)) form.append(name, value);
    // S3 ignores what comes after it.
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', target.url);
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && onProgress(loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`HTTP ${request.status}`)));
    request.onerror = () => reject(new Error('network'));
    request.ontimeout = () => reject(new Error('timeout'));
    signal.addEventListener('abort', () => request.abort());
    request.onabort = () => reject(new Error('aborted'));
    request.send(form);
  });

/** The files of a request: added, followed through their checks, taken away, downloaded. */
import {
  CheckCircleFilled,
  CloseCircleFilled,
  DeleteOutlined,
  DownloadOutlined,
  PaperClipOutlined,
  PlusOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { App, Button, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { size } from '../shared/format.ts';
import { announce } from '../shell/announce.ts';
import type { Draft } from './draft.ts';
import { accepted, objectionTo, type Rules, refusalOf, typeNames, typeOf } from './file-rules.ts';
import { useFormPageWords } from './form-words.ts';
import { addFile, type CaseView, downloadFile, type FileView, removeFile } from './requests.ts';
import { upload } from './upload.ts';

const POLL_MS = 1_500;
/** A file that was uploaded is checked in seconds: one that is awaited much longer never arrived. */
const PATIENCE_MS = 60_000;

const ICONS = { awaited: SyncOutlined, clean: CheckCircleFilled, refused: CloseCircleFilled } as const;

interface RowProps {
  readonly file: FileView;
  readonly caseId: string;
  /** 0 to 1 while it is on its way. */
  readonly progress?: number | undefined;
  readonly lost?: boolean;
  readonly onRemove?: (() => void) | undefined;
}

export const FileRow = ({ file, caseId, progress, lost, onRemove }: RowProps) => {
  const words = useFormPageWords();
  const { language } = useWords();
  const { api } = useConsole();
  const { notification } = App.useApp();
  const Icon = ICONS[file.state];
  const told =
    progress !== undefined
      ? words.files.uploading(Math.floor(progress * 100))
      : file.state === 'awaited'
        ? lost
          ? words.files.notUploaded
          : words.files.awaited
        : file.state === 'clean'
          ? words.files.clean
          : refusalOf(file.reason, words.files);
  const download = async () => {
    try {
      const { url } = await downloadFile(api, caseId, file.fileId);
      // An attachment: the browser saves it and stays here.
      location.assign(url);
    } catch (error) {
      const problem = asProblem(error, language);
      notification.warning({ title: problem.title, description: problem.detail, role: 'alert' });
    }
  };
  return (
    <li className={`file file-${file.state}`} data-testid="file" data-state={file.state}>
      <PaperClipOutlined aria-hidden="true" />
      <span className="file-what">
        <span className="file-name">{file.name}</span>
        <span className="file-state">
          <Icon aria-hidden="true" spin={file.state === 'awaited' && !lost} /> {told} · {size(file.bytes, language)}
        </span>
        {progress !== undefined && <Progress percent={Math.floor(progress * 100)} size="small" showInfo={false} aria-hidden="true" />}
      </span>
      {file.state === 'clean' && (
        <Button type="text" icon={<DownloadOutlined />} aria-label={words.files.download(file.name)} onClick={() => void download()} />
      )}
      {onRemove && <Button type="text" icon={<DeleteOutlined />} aria-label={words.files.remove(file.name)} onClick={onRemove} />}
    </li>
  );
};

/** Looks what became of files that are being checked. */
const useFollowing = (draft: Draft, view: CaseView | undefined, underWay: Readonly<Record<string, number>>) => {
  const [lost, setLost] = useState<readonly string[]>([]);
  const since = useRef(new Map<string, number>());
  const awaited = (view?.files ?? []).filter(({ state, fileId }) => state === 'awaited' && underWay[fileId] === undefined);
  const key = awaited.map(({ fileId }) => fileId).join();
  useEffect(() => {
    if (key === '') return;
    const timer = setInterval(() => {
      const at = Date.now();
      for (const fileId of key.split(',')) if (!since.current.has(fileId)) since.current.set(fileId, at);
      setLost(key.split(',').filter((fileId) => at - (since.current.get(fileId) ?? at) > PATIENCE_MS));
      void draft.refresh().catch(() => {});
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [draft, key]);
  return lost;
};

/** Says once what became of each file. */
const useTelling = (files: readonly FileView[]) => {
  const words = useFormPageWords();
  const told = useRef(new Map<string, string>());
  useEffect(() => {
    for (const { fileId, name, state, reason } of files) {
      const before = told.current.get(fileId);
      told.current.set(fileId, state);
      if (before === 'awaited' && state === 'clean') announce(`${name} ${words.files.clean}`);
      if (before === 'awaited' && state === 'refused') announce(`${name} ${refusalOf(reason, words.files)}`);
    }
  }, [files, words]);
};

export const Files = ({ draft, view, rules }: { readonly draft: Draft; readonly view: CaseView | undefined; readonly rules: Rules }) => {
  const words = useFormPageWords();
  const { language } = useWords();
  const { api } = useConsole();
  const { notification } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [underWay, setUnderWay] = useState<Readonly<Record<string, number>>>({});
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  const files = view?.files ?? [];
  const lost = useFollowing(draft, view, underWay);
  useTelling(files);
  const full = files.length >= rules.maximum;

  const complain = (title: string, description?: string) =>
    notification.warning({ title, ...(description !== undefined && { description }), role: 'alert', duration: 0 });
  const progress = (fileId: string, share: number | undefined) =>
    setUnderWay(({ [fileId]: _, ...rest }) => (share === undefined ? rest : { ...rest, [fileId]: share }));

  const send = async (file: File) => {
    const objection = objectionTo(file, rules);
    if (objection !== undefined) return complain(words.files[objection](file.name, size(rules.maximumBytes, language)));
    let fileId: string | undefined;
    try {
      const declared = { name: file.name, type: typeOf(file), bytes: file.size };
      const answer = await draft.act(
        async (at) => {
          const added = await addFile(api, at, declared);
          // Before the page hears of it: it must not look like a file that is being checked.
          progress(added.fileId, 0);
          return added;
        },
        (added) => added.case,
      );
      fileId = answer.fileId;
      await upload(answer.upload, file, (share) => progress(answer.fileId, share), ending.current.signal);
    } catch (error) {
      if (!ending.current.signal.aborted) complain(words.files.failed(file.name), asProblem(error, language).detail);
    } finally {
      if (fileId !== undefined) progress(fileId, undefined);
    }
  };
  const remove = async (file: FileView) => {
    try {
      await draft.act(
        (at) => removeFile(api, at, file.fileId),
        (after) => after,
      );
    } catch (error) {
      complain(asProblem(error, language).title, asProblem(error, language).detail);
    }
  };
  return (
    <section aria-labelledby="files" className="card">
      <h2 id="files">{words.files.heading}</h2>
      <p className="faint" id="files-hint">
        {words.files.hint(typeNames(rules.types), size(rules.maximumBytes, language), rules.maximum)}
      </p>
      <ul className="files" hidden={files.length === 0}>
        {files.map((file) => (
          <FileRow
            key={file.fileId}
            file={file}
            caseId={view?.caseId ?? ''}
            progress={underWay[file.fileId]}
            lost={lost.includes(file.fileId)}
            onRemove={underWay[file.fileId] === undefined ? () => void remove(file) : undefined}
          />
        ))}
      </ul>
      <input
        ref={input}
        type="file"
        multiple
        className="visually-hidden"
        tabIndex={-1}
        aria-hidden="true"
        data-testid="file-input"
        accept={accepted(rules.types)}
        onChange={({ target }) => {
          for (const file of target.files ?? []) void send(file);
          // The same file may be chosen again.
          target.value = '';
        }}
      />
      <Button icon={<PlusOutlined />} disabled={full} aria-describedby="files-hint" onClick={() => input.current?.click()}>
        {full ? words.files.full : words.files.add}
      </Button>
    </section>
  );
};

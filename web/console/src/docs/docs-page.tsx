/** The reference of the API at /docs/api: public, and made of /openapi.json alone. */
import { MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { Alert, Button, Collapse, Empty, Input, Spin } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { prefer, usePreferences } from '../shared/preferences.ts';
import './docs.css';
import { type Described, type Group, groupsOf, type OpenApi } from './openapi.ts';
import { OperationBody } from './operation.tsx';
import { Said, SpecContext } from './schema-tree.tsx';
import { DOCS_WORDS } from './words.ts';

const load = async (): Promise<OpenApi> => {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`openapi.json: HTTP ${response.status}`);
  return (await response.json()) as OpenApi;
};

const Head = () => {
  const { language } = usePreferences();
  const words = DOCS_WORDS[language];
  const isDark = document.documentElement.dataset.theme === 'dark';
  return (
    <header className="header">
      <div className="brand">
        <img src="/favicon.svg" alt="" width={28} height={28} />
        <span className="brand-name">{language === 'zh' ? '罗江云' : 'Luojiang Cloud'}</span>
      </div>
      <nav className="nav" aria-label={words.heading}>
        <a href="/">{words.toConsole}</a>
        <a href="/openapi.json">{words.download}</a>
      </nav>
      <div className="settings">
        <Button
          type="text"
          icon={isDark ? <SunOutlined /> : <MoonOutlined />}
          aria-label={isDark ? words.light : words.dark}
          onClick={() => prefer({ theme: isDark ? 'light' : 'dark' })}
        />
        <Button
          type="text"
          icon={<TranslationOutlined />}
          data-testid="language-switch"
          aria-label={`${words.languageShort}：${words.language}`}
          onClick={() => prefer({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {words.languageShort}
        </Button>
      </div>
    </header>
  );
};

const About = ({ spec }: { readonly spec: OpenApi }) => {
  const { language } = usePreferences();
  return (
    <dl className="about">
      {spec.info['x-about'].map(({ title, text }) => (
        <div key={title.en}>
          <dt>{title[language]}</dt>
          <dd>
            <Said text={text[language]} />
          </dd>
        </div>
      ))}
    </dl>
  );
};

const Label = ({ method, path, operation }: Described) => {
  const { language } = usePreferences();
  return (
    <span className="operation-label" id={operation.operationId}>
      <span className={`method method-${method.toLowerCase()}`}>{method}</span> <code>{path}</code>{' '}
      <span className="faint">{operation['x-summary'][language]}</span>
    </span>
  );
};

interface Unfolding {
  readonly open: readonly string[];
  readonly onOpen: (ids: readonly string[]) => void;
}

const Operations = ({ group, open, onOpen }: { readonly group: Group } & Unfolding) => {
  const { language } = usePreferences();
  const ids = group.operations.map(({ operation }) => operation.operationId);
  return (
    <section aria-labelledby={group.id} data-testid="capability">
      <h2 id={group.id}>{group.name[language]}</h2>
      <Collapse
        activeKey={open.filter((id) => ids.includes(id))}
        onChange={(keys) => onOpen([...open.filter((id) => !ids.includes(id)), ...[keys].flat()])}
        items={group.operations.map((described) => ({
          key: described.operation.operationId,
          label: <Label {...described} />,
          children: <OperationBody described={described} />,
        }))}
      />
    </section>
  );
};

/** `#getAlert` unfolds that operation, `#alerts` leads to a capability, and the address follows what was unfolded last. */
const useUnfolding = (spec: OpenApi | undefined): Unfolding => {
  const [open, setOpen] = useState<readonly string[]>(() => (location.hash ? [location.hash.slice(1)] : []));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is something to go to
  useEffect(() => {
    if (spec) document.getElementById(open[0] ?? '')?.scrollIntoView();
  }, [spec]);
  return {
    open,
    onOpen: (ids) => {
      const newest = ids.find((id) => !open.includes(id));
      history.replaceState(null, '', newest ? `#${newest}` : location.pathname);
      setOpen(ids);
    },
  };
};

const Reference = ({ spec }: { readonly spec: OpenApi }) => {
  const { language } = usePreferences();
  const words = DOCS_WORDS[language];
  const [search, setSearch] = useState('');
  const unfolding = useUnfolding(spec);
  const groups = useMemo(() => groupsOf(spec, search), [spec, search]);
  const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <SpecContext value={spec}>
      <div className="docs-find">
        <Input
          allowClear
          size="large"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="faint" role="status">
          {words.found(count)}
        </span>
      </div>
      <nav className="nav docs-nav" aria-label={words.capabilities}>
        {groups.map(({ id, name }) => (
          <a key={id} href={`#${id}`}>
            {name[language]}
          </a>
        ))}
      </nav>
      {groups.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.none} />}
      {groups.map((group) => (
        <Operations key={group.id} group={group} {...unfolding} />
      ))}
      {search === '' && (
        <section aria-labelledby="about">
          <h2 id="about">{words.about}</h2>
          <About spec={spec} />
        </section>
      )}
    </SpecContext>
  );
};

export default () => {
  const { language } = usePreferences();
  const words = DOCS_WORDS[language];
  const [spec, setSpec] = useState<OpenApi>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    load().then(setSpec, (error: unknown) => setFault(String(error)));
  }, []);
  return (
    <>
      <Head />
      <main id="content" className="content docs">
        <h1>{words.heading}</h1>
        <p className="faint">{words.intro}</p>
        {fault && <Alert type="error" title={words.failed} description={fault} />}
        {!spec && !fault && <Spin />}
        {spec && <Reference spec={spec} />}
      </main>
    </>
  );
};

import { ApiOutlined, LogoutOutlined, MoonOutlined, SunOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { Suspense, useEffect, useSyncExternalStore } from 'react';
import { Link, Outlet, useSearchParams } from 'react-router';
import { useConsole, useConsoleState, useHealth, useMay, useWords } from '../context.ts';
import { urgentCount } from '../levels.ts';
import { prefer, usePreferences } from '../shared/preferences.ts';
import { announced } from './announce.ts';
import { Announcer } from './announcer.tsx';
import { Boundary } from './boundary.tsx';
import { pageTitle } from './head.tsx';
import { LiveState } from './live-state.tsx';
import { Loading } from './loading.tsx';
import { Nav } from './nav.tsx';

const Settings = () => {
  const { words, language } = useWords();
  const { session, profile } = useConsole();
  const { theme } = usePreferences();
  const isDark = document.documentElement.dataset.theme === 'dark';
  return (
    <div className="settings">
      <Link className="person" to="/footprint" title={words.nav.footprint} data-testid="person">
        <UserOutlined aria-hidden="true" /> <span className="person-name">{profile.name}</span>
        <span className="visually-hidden">{words.nav.footprint}</span>
      </Link>
      <Button
        type="text"
        icon={isDark ? <SunOutlined /> : <MoonOutlined />}
        aria-label={isDark ? words.settings.light : words.settings.dark}
        aria-pressed={theme !== 'system'}
        onClick={() => prefer({ theme: isDark ? 'light' : 'dark' })}
      />
      <Button
        type="text"
        icon={<TranslationOutlined />}
        data-testid="language-switch"
        aria-label={words.settings.language}
        onClick={() => prefer({ language: language === 'zh' ? 'en' : 'zh' })}
      >
        {words.settings.languageShort}
      </Button>
      <Button type="text" className="to-reference" icon={<ApiOutlined />} href="/docs/api" aria-label={words.app.reference} />
      <Button type="text" icon={<LogoutOutlined />} aria-label={words.settings.logout} onClick={() => void session.logout()} />
    </div>
  );
};

/** The tab says where one is, and how many wait there: it may lie behind others. */
const useTitle = (watches: boolean) => {
  const { words } = useWords();
  const urgent = useConsoleState(urgentCount);
  const page = useSyncExternalStore(pageTitle.subscribe, pageTitle.get);
  useEffect(() => {
    const name = page ?? (watches ? words.app.title : words.app.work);
    document.title = `${watches && urgent > 0 ? `(${urgent}) ` : ''}${words.app.name} · ${name}`;
  }, [urgent, words, page, watches]);
};

/** `?kiosk=1`: on a wall, with nothing to press. */
const useKiosk = () => {
  const kiosk = useSearchParams()[0].get('kiosk') === '1';
  useEffect(() => {
    document.documentElement.toggleAttribute('data-kiosk', kiosk);
  }, [kiosk]);
};

/** A text that is said twice is read out twice: the second is another element. */
const Announcements = () => {
  const { text, times } = useSyncExternalStore(announced.subscribe, announced.get);
  return (
    <div className="visually-hidden" role="status">
      <span key={times}>{text}</span>
    </div>
  );
};

export const Shell = () => {
  const { words, say } = useWords();
  const { config } = useConsole();
  const watches = useMay('alerts:read');
  const live = useHealth((health) => health.live);
  useTitle(watches);
  useKiosk();
  return (
    <>
      <a className="skip" href="#content">
        {words.app.skip}
      </a>
      <header className="header">
        <div className="brand">
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span className="brand-name">{words.app.name}</span>
          <span className="brand-district">{say(config.districtName)}</span>
        </div>
        <Nav />
        {watches && <LiveState />}
        <Settings />
      </header>
      <main id="content" className="content" tabIndex={-1}>
        {watches && live === 'offline' && <Alert banner type="error" title={words.live.offline} description={words.live.explainOffline} />}
        <Boundary>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
      <Announcer />
      <Announcements />
    </>
  );
};

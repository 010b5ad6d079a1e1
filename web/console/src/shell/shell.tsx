import { ApiOutlined, LogoutOutlined, MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { NavLink, Outlet, useSearchParams } from 'react-router';
import { useConsole, useConsoleState, useHealth, useMay, useWords } from '../context.ts';
import { urgentCount } from '../levels.ts';
import { prefer, usePreferences } from '../shared/preferences.ts';
import { Announcer } from './announcer.tsx';
import { Boundary } from './boundary.tsx';
import { LiveState } from './live-state.tsx';

const Nav = () => {
  const { words } = useWords();
  const { config } = useConsole();
  const mayDevices = useMay('devices:read');
  const mayPhones = useMay('phones:read');
  return (
    <nav className="nav" aria-label={words.app.nav}>
      <NavLink to="/" end>
        {words.nav.alerts}
      </NavLink>
      {mayDevices && <NavLink to="/devices">{words.nav.devices}</NavLink>}
      <NavLink to="/history">{words.nav.resolved}</NavLink>
      {config.phones && mayPhones && <NavLink to="/phones">{words.nav.phones}</NavLink>}
    </nav>
  );
};

const Settings = () => {
  const { words, language } = useWords();
  const { session, profile } = useConsole();
  const { theme } = usePreferences();
  const isDark = document.documentElement.dataset.theme === 'dark';
  return (
    <div className="settings">
      <span className="person">{profile.name}</span>
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

/** The tab itself says how many wait: it may lie behind others. */
const useTitle = () => {
  const { words } = useWords();
  const urgent = useConsoleState(urgentCount);
  useEffect(() => {
    document.title = `${urgent > 0 ? `(${urgent}) ` : ''}${words.app.name} · ${words.app.title}`;
  }, [urgent, words]);
};

/** `?kiosk=1`: on a wall, with nothing to press. */
const useKiosk = () => {
  const kiosk = useSearchParams()[0].get('kiosk') === '1';
  useEffect(() => {
    document.documentElement.toggleAttribute('data-kiosk', kiosk);
  }, [kiosk]);
};

export const Shell = () => {
  const { words, say } = useWords();
  const { config } = useConsole();
  const live = useHealth((health) => health.live);
  useTitle();
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
        <LiveState />
        <Settings />
      </header>
      <main id="content" className="content" tabIndex={-1}>
        {live === 'offline' && <Alert banner type="error" title={words.live.offline} description={words.live.explainOffline} />}
        <Boundary>
          <Outlet />
        </Boundary>
      </main>
      <Announcer />
    </>
  );
};

/** From a blank page to the console: configuration, login, who I am, then the pages. */
import { App as AntApp, theme as antTheme, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { AlertPage, IncidentPage } from './alerts/detail-page.tsx';
import { type Booted, boot } from './boot.ts';
import { ConsoleProvider, useConsole, useMay, useWords } from './context.ts';
import { DevicesPage } from './devices/devices-page.tsx';
import { PhonesPage } from './phones/phones-page.tsx';
import { ResolvedPage } from './resolved/resolved-page.tsx';
import { preferences, usePreferences } from './shared/preferences.ts';
import { WORDS } from './shared/words.ts';
import { NotFound } from './shell/not-found.tsx';
import { Opening } from './shell/opening.tsx';
import { Shell } from './shell/shell.tsx';

/** What the computer has comes first: it shows at once. The bundled one is fetched, in parts, only where no Chinese font is. */
const FONTS = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', 'Noto Sans SC Variable', system-ui, sans-serif";

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const subscribeDark = (listener: () => void) => {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
};

/** The API’s reference is for everybody: it needs no login, nor anything else of the console. */
const isReference = (): boolean => location.pathname.replace(/\/$/, '') === '/docs/api';
const Reference = lazy(() => import('./docs/docs-page.tsx'));

const Look = ({ children }: { readonly children: ReactNode }) => {
  const { language, theme } = usePreferences();
  const systemDark = useSyncExternalStore(subscribeDark, () => dark.matches);
  const isDark = theme === 'dark' || (theme === 'system' && systemDark);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    const { name, title, reference } = WORDS[language].app;
    document.title = `${name} · ${isReference() ? reference : title}`;
  }, [language, isDark]);
  const look = useMemo(
    () => ({
      algorithm: isDark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
      token: {
        fontFamily: FONTS,
        fontSize: 15,
        colorPrimary: '#1f6fb2',
        // White on it reads at 4.6:1 and more; Ant Design's own red reaches 3.3:1.
        colorError: isDark ? '#d9363e' : '#c4162c',
        colorLink: isDark ? '#7cb8f5' : '#175fa8',
        borderRadius: 8,
        motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      },
    }),
    [isDark],
  );
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enGB} theme={look} button={{ autoInsertSpace: false }}>
      <AntApp className="app">{children}</AntApp>
    </ConfigProvider>
  );
};

const Pages = () => {
  const { config } = useConsole();
  const mayDevices = useMay('devices:read');
  const mayPhones = useMay('phones:read');
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<AlertsPage />} />
        <Route path="alerts/:alertId" element={<AlertPage />} />
        <Route path="incidents/:incidentId" element={<IncidentPage />} />
        <Route path="history" element={<ResolvedPage />} />
        {config.phones && mayPhones && <Route path="phones" element={<PhonesPage />} />}
        {mayDevices && <Route path="devices" element={<DevicesPage />} />}
        {mayDevices && <Route path="devices/:deviceId" element={<DevicesPage />} />}
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
};

const Running = ({ value }: { readonly value: Extract<Booted, { at: 'ready' }>['console'] }) => {
  const { words } = useWords();
  const mayWatch = value.profile.actions.includes('alerts:read');
  useEffect(() => (mayWatch ? value.sync.start() : undefined), [value, mayWatch]);
  if (!mayWatch) {
    return (
      <Opening
        title={words.session.noAccess}
        detail={words.session.noAccessHint}
        action={words.settings.logout}
        onAction={() => void value.session.logout()}
      />
    );
  }
  return (
    <ConsoleProvider value={value}>
      <BrowserRouter>
        <Pages />
      </BrowserRouter>
    </ConsoleProvider>
  );
};

let started: Promise<Booted> | undefined;

const Boot = () => {
  const { words } = useWords();
  const [booted, setBooted] = useState<Booted>({ at: 'opening' });
  useEffect(() => {
    // Once, also where React mounts twice in development: a code can be exchanged one time only.
    started ??= boot(() => preferences().language);
    void started.then(setBooted);
  }, []);
  switch (booted.at) {
    case 'opening':
      return <Opening busy title={words.session.signingIn} />;
    case 'signed-out':
      return <Opening title={words.session.signedOut} action={words.session.again} onAction={() => location.assign('/')} />;
    case 'failed':
      return (
        <Opening title={words.session[booted.what]} detail={booted.detail} action={words.app.retry} onAction={() => location.assign('/')} />
      );
    case 'ready':
      return <Running value={booted.console} />;
    default:
      return booted satisfies never;
  }
};

export const App = () => (
  <Look>
    {isReference() ? (
      <Suspense fallback={null}>
        <Reference />
      </Suspense>
    ) : (
      <Boot />
    )}
  </Look>
);

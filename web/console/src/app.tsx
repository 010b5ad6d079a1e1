/** From a blank page to the console: configuration, login, who I am, then the pages. */
import { App as AntApp, theme as antTheme, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { AlertPage, IncidentPage } from './alerts/detail-page.tsx';
import { type Booted, boot } from './boot.ts';
import { ConsoleProvider, useConsole, useMay, useWords } from './context.ts';
import { DevicesPage } from './devices/devices-page.tsx';
import { PhonesPage } from './phones/phones-page.tsx';
import { ResolvedPage } from './resolved/resolved-page.tsx';
import { preferences, usePreferences } from './shared/preferences.ts';
import { hasQueue, isAuditor, seesRequests, startOf } from './shared/who.ts';
import { WORDS } from './shared/words.ts';
import { NotFound } from './shell/not-found.tsx';
import { Opening } from './shell/opening.tsx';
import { Shell } from './shell/shell.tsx';

// Each its own part: what a duty officer opens at night must not grow with the forms.
const RequestsPage = lazy(() => import('./casework/requests-page.tsx'));
const ChoosePage = lazy(() => import('./casework/choose-page.tsx'));
const FormPage = lazy(() => import('./casework/form-page.tsx'));
const CasePage = lazy(() => import('./casework/case-page.tsx'));
const QueuePage = lazy(() => import('./casework/queue-page.tsx'));
const DirectoryPage = lazy(() => import('./directory/directory-page.tsx'));
const AuditPage = lazy(() => import('./audit/audit-page.tsx'));
const EntryPage = lazy(() => import('./audit/entry-page.tsx'));
const VerifyPage = lazy(() => import('./audit/verify-page.tsx'));
const FootprintPage = lazy(() => import('./audit/footprint-page.tsx'));
const PoolPage = lazy(() => import('./quota/pool-page.tsx'));
const AllocationPage = lazy(() => import('./quota/allocation-page.tsx'));
const SystemsPage = lazy(() => import('./quota/systems-page.tsx'));
const SystemPage = lazy(() => import('./quota/system-page.tsx'));

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
      components: {
        // Under the mouse darker, not lighter: white on Ant Design's own reads at 3.7:1.
        Button: {
          colorPrimaryHover: '#185a92',
          ...(isDark && { defaultHoverColor: '#7cb8f5', defaultHoverBorderColor: '#7cb8f5' }),
        },
      },
      token: {
        fontFamily: FONTS,
        fontSize: 15,
        colorPrimary: '#1f6fb2',
        // White on it reads at 4.6:1 and more; Ant Design's own red reaches 3.3:1.
        colorError: isDark ? '#d9363e' : '#c4162c',
        colorLink: isDark ? '#7cb8f5' : '#175fa8',
        colorLinkHover: isDark ? '#a9d2fa' : '#0f4a85',
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
  const { config, profile, district } = useConsole();
  const start = startOf(profile, district.bureau);
  const mayAlerts = useMay('alerts:read');
  const mayDevices = useMay('devices:read');
  const mayPhones = useMay('phones:read');
  const mayQuota = useMay('quota:read');
  const mayDirectory = useMay('directory:read');
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={mayAlerts ? <AlertsPage /> : <Navigate to={start ?? '/footprint'} replace />} />
        {mayAlerts && <Route path="alerts/:alertId" element={<AlertPage />} />}
        {mayAlerts && <Route path="incidents/:incidentId" element={<IncidentPage />} />}
        {mayAlerts && <Route path="history" element={<ResolvedPage />} />}
        {config.phones && mayPhones && <Route path="phones" element={<PhonesPage />} />}
        {mayDevices && <Route path="devices" element={<DevicesPage />} />}
        {mayDevices && <Route path="devices/:deviceId" element={<DevicesPage />} />}
        {hasQueue(profile) && <Route path="queue" element={<QueuePage />} />}
        {(seesRequests(profile, district.bureau) || hasQueue(profile)) && (
          <Route path="requests">
            <Route index element={<RequestsPage />} />
            <Route path="new" element={<ChoosePage />} />
            <Route path="new/:formId" element={<FormPage />} />
            <Route path=":caseId" element={<CasePage />} />
            <Route path=":caseId/edit" element={<FormPage />} />
          </Route>
        )}
        <Route path="footprint" element={<FootprintPage />} />
        {isAuditor(profile, district.bureau) && <Route path="audit" element={<AuditPage />} />}
        <Route path="audit/verify" element={<VerifyPage />} />
        <Route path="audit/:entryId" element={<EntryPage />} />
        {mayDirectory && <Route path="directory" element={<DirectoryPage />} />}
        {mayQuota && (
          <Route path="cloud">
            <Route index element={<PoolPage />} />
            <Route path="allocations/:allocationId" element={<AllocationPage />} />
            <Route path="systems" element={<SystemsPage />} />
            <Route path="systems/:systemId" element={<SystemPage />} />
          </Route>
        )}
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
};

const Running = ({ value }: { readonly value: Extract<Booted, { at: 'ready' }>['console'] }) => {
  const { words } = useWords();
  const mayWatch = value.profile.actions.includes('alerts:read');
  const start = startOf(value.profile, value.district.bureau);
  useEffect(() => (mayWatch ? value.sync.start() : undefined), [value, mayWatch]);
  if (start === undefined) {
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

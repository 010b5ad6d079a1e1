/** What must be known before the first page: the configuration, a login, the person, the district. */
import type { Console } from './context.ts';
import { asProblem, createApi } from './shared/api.ts';
import { loadConfig } from './shared/config.ts';
import { createSession, isCallback, isSignedOut, LoginLoop } from './shared/session.ts';
import type { Language } from './shared/words.ts';
import { createSync } from './sync.ts';

export type Booted =
  | { readonly at: 'opening' }
  | { readonly at: 'signed-out' }
  | { readonly at: 'failed'; readonly what: 'config' | 'failed' | 'refused' | 'profile'; readonly detail: string }
  | { readonly at: 'ready'; readonly console: Console };

const failed = (what: Extract<Booted, { at: 'failed' }>['what'], error: unknown, language: Language): Booted => {
  const problem = asProblem(error, language);
  return { at: 'failed', what, detail: problem.code === 'unexpected' ? problem.detail : `${problem.title} ${problem.detail}` };
};

export const boot = async (language: () => Language): Promise<Booted> => {
  const config = await loadConfig().catch((error: unknown) => error as Error);
  if (config instanceof Error) return failed('config', config, language());
  if (isSignedOut()) return { at: 'signed-out' };
  const session = createSession(config);
  try {
    if (isCallback()) history.replaceState(null, '', await session.finishLogin());
    if ((await session.token()) === undefined) {
      await session.login();
      return { at: 'opening' };
    }
  } catch (error) {
    return failed(error instanceof LoginLoop ? 'refused' : 'failed', error, language());
  }
  const api = createApi(session, language);
  try {
    const [profile, district] = await Promise.all([api.GET('/v1/me'), api.GET('/v1/district')]);
    const sync = createSync(api, session, config.liveUrl, language);
    return { at: 'ready', console: { config, session, api, sync, profile: profile.data, district: district.data } };
  } catch (error) {
    return failed(error instanceof LoginLoop ? 'refused' : 'profile', error, language());
  }
};

/** The few pages of the local issuer. They need no script and nothing from elsewhere but a font of their own; only logging out confirms itself. */
import { createHash } from 'node:crypto';
import type { Text } from '#events/envelope.ts';
import type { District } from '../../config/schema.ts';
import { isOfPost, isPerson, type Persona } from '../personas.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** Chinese first, English beside it, each marked for screen readers. */
const both = ({ zh, en }: Text): string => `${escapeHtml(zh)} <span lang="en">${escapeHtml(en)}</span>`;

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#c3cad5, #4a5261); --quiet: light-dark(#51596a, #aab3c2); --accent: light-dark(#0b57b0, #8ab8ff); }
body { background: light-dark(#fff, #14181f); color: light-dark(#1b2733, #e6edf3); font: 16px/1.5 "Noto Sans SC Variable", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .6rem; }
.notice { border-left: 4px solid #d48806; padding: .3rem .8rem; margin: 1rem 0; }
ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
button { font: inherit; color: inherit; text-align: left; width: 100%; height: 100%; min-height: 44px; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 8px; background: transparent; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: 1px; }
button strong, button small { display: block; } small, .quiet { color: var(--quiet); }
`;
const SUBMIT = 'document.forms[0].submit();';

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Browsers hold a form's redirects to `form-action` as well: logging in ends at the console. */
export const contentSecurityPolicy = (consoleOrigin: string): string =>
  `default-src 'none'; style-src 'self' ${sha256(STYLE)}; font-src 'self'; script-src ${sha256(SUBMIT)}; form-action 'self' ${consoleOrigin}; base-uri 'none'; frame-ancestors 'none'`;

const page = (title: Text, body: string): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title.zh)} ${escapeHtml(title.en)}</title>
<link rel="stylesheet" href="/fonts/index.css">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>罗江云 本地身份服务 <span lang="en">Local identity</span></h1>
<p class="notice">仅供本机开发和演示：无需密码，人员均为虚构。<br><span lang="en">For local use only: there are no passwords, and the people are fictitious.</span></p>
</header>
<main>
${body}
</main>
</body>
</html>
`;

const townNames = (district: District, towns: readonly string[]): Text => {
  const names = district.towns.filter(({ id }) => towns.includes(id)).map(({ name }) => name);
  if (names.length === 0 || names.length === district.towns.length) return { zh: '全区', en: 'whole district' };
  return { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') };
};

const button = (district: District, persona: Persona): string => `<li><button name="persona" value="${escapeHtml(persona.id)}">
<strong>${both(persona.name)}</strong>
<span>${both(persona.title)}</span>
<small>${both(townNames(district, persona.towns))}</small>
<small lang="en">${escapeHtml(persona.id)}</small>
</button></li>`;

const group = (district: District, id: string, title: Text, members: readonly Persona[]): string =>
  members.length === 0
    ? ''
    : `<section aria-labelledby="${id}"><h2 id="${id}">${both(title)}</h2><ul>${members.map((persona) => button(district, persona)).join('\n')}</ul></section>`;

export const loginPage = (district: District, personas: readonly Persona[], action: string): string =>
  page(
    { zh: '选择登录身份', en: 'Choose who you are' },
    `<p>${both({ zh: '选择以谁的身份登录：', en: 'Choose whom to log in as:' })}</p>
<form method="post" action="${escapeHtml(action)}">
${group(district, 'on-duty', { zh: '此刻值班', en: 'On duty now' }, personas.filter(isOfPost))}
${group(
  district,
  'others',
  { zh: '其他身份', en: 'Others' },
  personas.filter((persona) => !isOfPost(persona) && !isPerson(persona)),
)}
${group(district, 'people', { zh: '全部人员', en: 'Everybody' }, personas.filter(isPerson))}
</form>`,
  );

/** `form` is the provider's own, with its token against forgery. */
export const logoutPage = (form: string): string =>
  page(
    { zh: '正在退出', en: 'Logging out' },
    `${form}<input type="hidden" name="logout" value="yes" form="op.logoutForm">
<p><button form="op.logoutForm">${both({ zh: '退出登录', en: 'Log out' })}</button></p><script>${SUBMIT}</script>`,
  );

export const loggedOutPage = (): string =>
  page({ zh: '已退出', en: 'Logged out' }, `<p>${both({ zh: '已退出登录。', en: 'You are logged out.' })}</p>`);

export const errorPage = (code: string, description: string | undefined): string =>
  page(
    { zh: '无法登录', en: 'Cannot log in' },
    `<p role="alert">${both({ zh: '登录请求不成立，请从控制台重新登录。', en: 'This login cannot go on; start again from the console.' })}</p>
<p class="quiet"><code>${escapeHtml(code)}</code>${description === undefined ? '' : ` <span lang="en">${escapeHtml(description)}</span>`}</p>`,
  );

import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRefusal, menuOf, type Place, placeOf, type Refusal, sheetOf } from './canteen.ts';
import { find, saveInspection, saveMenu } from './store.ts';

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<{ readonly id?: string } | undefined>;
type Answer = object | Refusal;

const reporters = (process.env.REPORTERS ?? '').split(',');

const NOT_JSON: Refusal = { status: 400, zh: '正文应为 JSON', en: 'the body must be JSON' };
const NOT_YOU: Refusal = { status: 403, zh: '只有登记的填报人可以填报', en: 'only registered reporters may report' };
const NOT_FOUND: Refusal = { status: 404, zh: '这一天没有记录', en: 'nothing was reported for that day' };

const bodyOf = ({ body, isBase64Encoded }: Event): unknown => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? ''));
  } catch {
    return undefined;
  }
};

/** Reads what was sent, and keeps it unless it is refused. */
const report = async <T extends object>(
  event: Event,
  read: (body: unknown, who: string) => T | Refusal,
  keep: (value: T) => Promise<void>,
) => {
  const who = event.requestContext.authorizer?.lambda?.id;
  if (who === undefined || !reporters.includes(who)) return NOT_YOU;
  const body = bodyOf(event);
  if (body === undefined) return NOT_JSON;
  const value = read(body, who);
  if (isRefusal(value)) return value;
  await keep(value);
  return value;
};

const ROUTES: Readonly<Record<string, (event: Event, place: Place) => Promise<Answer>>> = {
  'PUT /menus/{school}/{date}': (event, place) => report(event, (body) => menuOf(place, body), saveMenu),
  'GET /menus/{school}/{date}': async (_, place) => (await find('menu', place)) ?? NOT_FOUND,
  'PUT /inspections/{school}/{date}': (event, place) => report(event, (body, who) => sheetOf(place, body, who), saveInspection),
  'GET /inspections/{school}/{date}': async (_, place) => (await find('inspection', place)) ?? NOT_FOUND,
};

const toResult = (answer: Answer): APIGatewayProxyStructuredResultV2 => {
  const [status, type, body] = isRefusal(answer)
    ? [answer.status, 'application/problem+json', { status: answer.status, title: answer.zh, detail: answer.en }]
    : [200, 'application/json', answer];
  return { statusCode: status, headers: { 'content-type': `${type}; charset=utf-8` }, body: JSON.stringify(body) };
};

export const handler = async (event: Event): Promise<APIGatewayProxyStructuredResultV2> => {
  const place = placeOf(event.pathParameters?.school, event.pathParameters?.date);
  if (isRefusal(place)) return toResult(place);
  const route = ROUTES[event.routeKey];
  return toResult(route ? await route(event, place) : NOT_FOUND);
};

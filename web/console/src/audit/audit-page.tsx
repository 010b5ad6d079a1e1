/** The log for auditors: by resource, by who acted, by whom it is about, by day. */
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Button, Form, Input, Select } from 'antd';
import { useId } from 'react';
import { useSearchParams } from 'react-router';
import '../shell/parts.css';
import '../directory/directory.css';
import { Head } from '../shell/head.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import '../quota/cloud.css';
import './audit.css';
import { Entries } from './entries.tsx';
import type { Search } from './requests.ts';
import { useAuditWords } from './words.ts';

const FILTERS = ['resource', 'actor', 'subject', 'day'] as const;
type Filter = (typeof FILTERS)[number];

const isFilter = (text: string | null): text is Filter => (FILTERS as readonly (string | null)[]).includes(text);

export default () => {
  const words = useAuditWords();
  const ids = { by: useId(), text: useId() };
  const [params, setParams] = useSearchParams();
  const found = FILTERS.find((one) => params.get(one) !== null);
  const chosen = params.get('by');
  const by = found ?? (isFilter(chosen) ? chosen : undefined);
  const text = (found && params.get(found)) ?? '';
  const search: Search = found && text !== '' ? { [found]: text } : {};
  return (
    <>
      <Head title={words.page.heading}>
        <LinkButton className="head-action" icon={<SafetyCertificateOutlined />} to="/audit/verify" data-testid="verify-all">
          {words.page.verifyAll}
        </LinkButton>
      </Head>
      <Form
        key={by}
        className="search"
        onFinish={({ wanted }: { wanted?: string }) => setParams(by && wanted?.trim() ? { [by]: wanted.trim() } : {}, { replace: true })}
        initialValues={{ wanted: text }}
      >
        <div>
          <label className="field-label" htmlFor={ids.by}>
            {words.page.by}
          </label>
          <Select
            id={ids.by}
            className="head-select"
            data-testid="audit-by"
            value={by ?? ''}
            onChange={(next) => setParams(next === '' ? {} : { by: next }, { replace: true })}
            options={[{ value: '', label: words.page.recent }, ...FILTERS.map((one) => ({ value: one, label: words.page[one] }))]}
          />
        </div>
        {by && (
          <>
            <div className="search-text">
              <label className="field-label" htmlFor={ids.text}>
                {words.page[by]}
              </label>
              <Form.Item name="wanted" noStyle>
                <Input
                  id={ids.text}
                  type={by === 'day' ? 'date' : 'search'}
                  placeholder={by === 'resource' ? words.page.resourceHint : by === 'day' ? '' : words.page.personHint}
                  data-testid="audit-text"
                />
              </Form.Item>
            </div>
            <Button type="primary" htmlType="submit" data-testid="audit-search">
              {words.page.search}
            </Button>
          </>
        )}
      </Form>
      <Entries search={search} none={words.page.none} />
    </>
  );
};

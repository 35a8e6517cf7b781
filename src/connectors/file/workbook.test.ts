// Reading workbooks: what spreadsheets do to numbers and dates, hidden sheets, merged cells, damaged and oversized files.
import { describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import readXlsxFile from 'read-excel-file/node';
import { openZip } from './zip.ts';
import { openWorkbook } from './xlsx.ts';
import { desk, readAll, signal, workbook, type XBook } from './test-support.ts';

const HEADER = ['工号', '姓名', '部门', '入职日期', '身份证号'];

async function read(book: XBook, config: Record<string, unknown> = {}) {
  const place = await desk();
  const path = await place.put('staff.xlsx', workbook(book));
  return readAll(await place.open({ path, ...config }));
}

describe('numbers', () => {
  const sheets = [{ name: '人员', rows: [HEADER, [{ n: 12 }, '张伟', 'A', null, null], ['0013', '李娜', 'A', null, null]] }];

  test('lost zeros come back to the configured width', async () => {
    expect((await read({ sheets }, { numberWidth: 6 })).objects.map((object) => object.id)).toEqual(['000012', '000013']);
  });

  test('lost zeros come back by a number format of zeros', async () => {
    const formatted = [{ name: '人员', rows: [HEADER, [{ n: 12, style: 1 }, '张伟']] }];
    expect((await read({ sheets: formatted, formats: ['00000'] })).objects.map((object) => object.id)).toEqual(['00012']);
  });

  test('without a width the check warns of numbers', async () => {
    const place = await desk();
    const report = await (await place.open({ path: await place.put('staff.xlsx', workbook({ sheets })) })).check({
      direction: 'up',
      signal,
    });
    expect(
      report.findings
        .filter((finding) => !finding.ok)
        .map((finding) => finding.message.en)
        .join(),
    ).toContain('zeros in front');
  });

  test('an 18-digit ID stored as a number is reported by line and stays unknown; a key of that length rejects the row', async () => {
    const { byId, unreadable, end } = await read({
      sheets: [
        {
          name: '人员',
          rows: [
            HEADER,
            ['1', '甲', 'A', null, { n: '1.10101199003071E+17' }],
            [{ n: '110101199003071234' }, '乙'],
            ['3', '丙', 'A', null, '11010119900307109X'],
          ],
        },
      ],
    });
    expect(byId('1')?.attributes).not.toHaveProperty('idNumber');
    expect(byId('3')?.attributes.idNumber).toBe('11010119900307109X');
    expect(new Map(unreadable.map((event) => [event.id, event.where]))).toEqual(
      new Map([
        ['1', 'staff.xlsx [人员]:2'],
        [null, 'staff.xlsx [人员]:3'],
      ]),
    );
    expect(unreadable.find((event) => event.id === '1')?.reason.zh).toContain('15 位');
    expect(end.complete).toBe(false);
  });

  test('a formula error is unreadable, #N/A is empty', async () => {
    const { byId, unreadable } = await read({
      sheets: [{ name: 'S', rows: [HEADER, ['1', { error: '#REF!' }, 'A', { error: '#N/A' }]] }],
    });
    expect(byId('1')?.attributes).toMatchObject({ startsAt: null });
    expect(byId('1')?.attributes).not.toHaveProperty('displayName');
    expect(unreadable.map((event) => event.id)).toEqual(['1']);
  });
});

describe('dates', () => {
  const rows = (serial: number) => [HEADER, ['1', '甲', 'A', { n: serial, style: 1 }]];

  test.each([
    ['1900', 46143, false],
    ['1904', 46143 - 1462, true],
  ])('a day counted from %s is the same day', async (_, serial, from1904) => {
    const { byId } = await read({
      sheets: [{ name: 'S', rows: rows(serial) }],
      from1904,
      formats: ['yyyy"年"m"月"d"日"'],
    });
    expect(byId('1')?.attributes.startsAt).toBe('2026-05-01');
  });

  test('the preview of a table shows a day as a day', async () => {
    const place = await desk();
    const book = { sheets: [{ name: '人员', rows: [HEADER, ['1', '张伟', 'A', { n: 46_053, style: 1 }]] }], formats: ['yyyy-mm-dd'] };
    const connection = await place.open({ path: await place.put('staff.xlsx', workbook(book)) });
    expect((await connection.table!({ rows: 5, signal })).rows.map((row) => row[3])).toEqual(['2026-01-31']);
  });

  test('a count of days in a date column that nobody formatted is still a day', async () => {
    const { byId } = await read({
      sheets: [{ name: 'S', rows: [HEADER, ['1', '甲', 'A', { n: 46143 }], ['2', '乙', 'A', { n: 20260501 }]] }],
    });
    expect([byId('1'), byId('2')].map((object) => object?.attributes.startsAt)).toEqual(['2026-05-01', '2026-05-01']);
  });
});

describe('sheets', () => {
  test('hidden sheets are not read, sheets without a header are passed over, a sheet of departments is found', async () => {
    const place = await desk();
    const path = await place.put(
      'staff.xlsx',
      workbook({
        sheets: [
          { name: '旧', hidden: true, rows: [HEADER, ['9', '旧人', 'A']] },
          { name: '说明', rows: [['请填写']] },
          { name: '人员', rows: [['花名册'], HEADER, ['1', '甲', 'D2']] },
          {
            name: '部门',
            rows: [
              ['部门编码', '部门名称', '上级部门编码'],
              ['D1', '总公司', null],
              ['D2', '研发', 'D1'],
            ],
          },
        ],
      }),
    );
    const connection = await place.open({ path });
    expect((await readAll(connection)).byId('1')?.edges?.membership?.[0]?.to.id).toBe('D2');
    expect((await readAll(connection)).objects).toHaveLength(1);
    expect((await readAll(connection, 'department')).objects.map((object) => object.id)).toEqual(['D1', 'D2']);
    await expect(readAll(await place.open({ path, sheet: '旧' }))).rejects.toMatchObject({ kind: 'config' });
  });

  test('a department merged over several rows belongs to all of them', async () => {
    const { byId } = await read({
      sheets: [{ name: 'S', rows: [HEADER, ['1', '甲', '研发'], ['2', '乙', null], ['3', '丙', null]], merges: ['C2:C3'] }],
    });
    expect([byId('1'), byId('2'), byId('3')].map((object) => object?.edges?.membership?.map((edge) => edge.to.id))).toEqual([
      ['研发'],
      ['研发'],
      [],
    ]);
  });
});

describe('damaged files', () => {
  const whole = Buffer.from(
    workbook({
      sheets: [{ name: 'S', rows: [HEADER, ...Array.from({ length: 500 }, (_, index) => [`${index}`, `人${index}`])] }],
    }),
  );

  test.each([0.1, 0.5, 0.99])('a workbook cut at %d of its length is an error', async (share) => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.xlsx', whole.subarray(0, Math.floor(whole.length * share))),
    });
    await expect(readAll(connection)).rejects.toMatchObject({
      kind: 'bad-response',
      label: { zh: expect.stringContaining('完整') },
    });
  });

  test('a changed byte in the rows is an error', async () => {
    const place = await desk();
    const bytes = Buffer.from(whole);
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    await expect(readAll(await place.open({ path: await place.put('a.xlsx', bytes) }))).rejects.toMatchObject({
      kind: 'bad-response',
    });
  });

  test('an old .xls or a workbook with a password says what to do', async () => {
    const place = await desk();
    const bytes = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    await expect(readAll(await place.open({ path: await place.put('a.xlsx', bytes) }))).rejects.toMatchObject({
      label: { en: expect.stringContaining('password') },
    });
  });

  test('a workbook that unpacks to more than allowed, or to more than it says, is refused', async () => {
    const place = await desk();
    const rows = [HEADER, ...Array.from({ length: 5000 }, () => ['1', 'x'.repeat(200)])];
    const bomb = await place.put('bomb.xlsx', workbook({ sheets: [{ name: 'S', rows }] }));
    await expect(openZip(bomb, 'bomb.xlsx', 100_000)).rejects.toMatchObject({ kind: 'config' });
    const liar = await place.put('liar.xlsx', workbook({ sheets: [{ name: 'S', rows }], lyingSizes: true }));
    await expect(openWorkbook(liar, 'liar.xlsx', 100_000)).rejects.toMatchObject({ kind: 'bad-response' });
  });
});

test('our reader and read-excel-file see the same cells', async () => {
  const place = await desk();
  const rows = [
    ['工号', '姓名', '备注'],
    ['001', '张 "伟" <&>', 'a\nb'],
    ['002', '𠮷田', 'x'],
  ];
  const bytes = await writeXlsxFile(rows.map((row) => row.map((value) => ({ value, type: String })))).toBuffer();
  const path = await place.put('a.xlsx', bytes);
  const book = await openWorkbook(path, 'a.xlsx', 1e8);
  const ours: unknown[] = [];
  for await (const batch of book.rows(book.sheets[0]!)) ours.push(...batch.map((row) => row.cells));
  expect(ours).toEqual(rows);
  expect((await readXlsxFile(path))[0]!.data).toEqual(rows);
});

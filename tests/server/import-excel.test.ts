import { describe, expect, it } from 'vitest';
import type { Mend } from '#domain/people/import.ts';
import { checkRows, withMends } from '#domain/people/import.ts';
import { importFiles } from '../../server/record/import.ts';
import { readImportFiles, type ImportFile } from '../../server/record/import-files.ts';
import { dayOfSerial } from '../../server/record/sheet-rows.ts';
import { freshStorage } from '../support/storage.ts';
import { workbook } from '../support/workbook.ts';

const file = (name: string, bytes: Uint8Array | string): ImportFile => ({
  name,
  base64: Buffer.from(bytes).toString('base64'),
});
/** The rows of files as they would come in, with what stands in the way. */
function read(files: readonly ImportFile[], mends: readonly Mend[] = []) {
  const found = readImportFiles(files, mends);
  const { good, problems } = checkRows(withMends(found.rows, mends), new Set(['families:F1']), '2026-11-25');
  return {
    rows: good.map(({ values }) => values),
    told: [...found.problems, ...problems].map(
      ({ file: name, place, line, column, why }) => `${name} ${place ?? line} ${column}: ${why}`,
    ),
    problems: [...found.problems, ...problems],
    over: found.over,
  };
}
const csv = (text: string | Uint8Array, name = 'children.csv') => read([file(name, text)]);

describe('a CSV file as Excel writes it', () => {
  it('[I6] is told apart by what its headings are, and nothing else in it splits a cell', () => {
    for (const sign of [',', ';', '\t', '|']) {
      const others = ',;\t|'.replace(sign, '');
      const status = `Plan${others}review`;
      const text = [
        ['ref', 'family', 'given', 'status'],
        ['C1', 'F1', 'Rory', status],
      ]
        .map((row) => row.join(sign))
        .join('\r\n');
      expect(csv(text), JSON.stringify(sign)).toMatchObject({
        told: [],
        rows: [{ given: 'Rory', status: status.trim() }],
      });
    }
    // A comma that nobody put into quotation marks moves everything behind it: the row is named, nothing is guessed.
    expect(
      csv('ref,family,given,surname\nC1,F1,Rory,Haque\nC2,F1,Safa,Ellis, known as Haque\n').told,
    ).toEqual([
      'children.csv 3 : This row has more cells than there are headings. A comma inside a cell needs quotation marks around it.',
    ]);
  });

  it('[I6] is read in the letters in which it was saved, and a lost letter comes in as nobody’s name', () => {
    const text = 'ref,family,given,surname\nC1,F1,Zoë,O’Brien–Şahin\n';
    const latin = Buffer.from('ref,family,given,surname\nC1,F1,Zo\xeb,O\x92Brien\x96Smith\n', 'latin1');
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const bytes of [text, `\ufeff${text}`, Buffer.from(`\ufeff${text}`, 'utf16le'), swapped])
      expect(csv(Buffer.from(bytes as string)).rows).toMatchObject([
        { given: 'Zoë', surname: 'O’Brien–Şahin' },
      ]);
    expect(csv(latin).rows).toMatchObject([{ given: 'Zoë', surname: 'O’Brien–Smith' }]);
    // One byte that was damaged is one lost letter, and the others are read.
    const damaged = Buffer.concat([
      Buffer.from('ref,family,given,surname\nC1,F1,Zoë Çağla,Ş'),
      Buffer.from([0xff]),
      Buffer.from('ahin\n'),
    ]);
    expect(csv(damaged)).toMatchObject({ rows: [{ given: 'Zoë Çağla' }] });
    expect(csv(damaged).told).toHaveLength(1);
    const lost = csv('ref,family,given\nC1,F1,Zo\ufffd\n');
    expect(lost.told.join()).toMatch(/children.csv 2 given: A letter of this was lost/);
  });

  it('[I6] may have titles, empty rows and columns, a total and words under it, which are counted', () => {
    const found = csv(
      'Children open to the unit,,,,\nRun on 24/11/2026,,,,\n,,,,\nref,family,given,,born\nC1,F1,Rory,,03/05/2012\n,,,,\nC2,F1,Safa,,N/K\nTotal,2,,,\nReport of the data team,,,,\n',
    );
    expect(found.told).toEqual([]);
    expect(found.rows.map((row) => row.given)).toEqual(['Rory', 'Safa']);
    expect(found.over).toEqual([{ file: 'children.csv', titles: 2, empty: 2, under: 2, notKnown: 1 }]);
    // A row that was broken in two is a row, and a second list is not taken for a title.
    expect(csv('ref,family,given,born\nC1,F1,Rory,2012\nC2,F1,Sa\nfa,2013\n').told.length).toBeGreaterThan(0);
    const lists = csv('ref,family,given\nC1,F1,Rory\nref,family,given,born,status\nC2,F1,Safa,2012,Plan\n');
    expect(lists.told.join()).toContain('There are headings here and in line 3 again');
    // A child whose name is Total is a child.
    expect(csv('ref,family,given\nC1,F1,Total\n').rows).toHaveLength(1);
  });

  it('[I6] has a heading that is not ours told once, whatever the number of rows, and left out or called by ours in one press', () => {
    const text = `ref,family,given,Team,Born on\n${Array.from({ length: 40 }, (_, n) => `C${n},F1,Rory${n},North,2012`).join('\n')}\n`;
    const found = csv(text);
    expect(found.problems.map(({ column, line }) => [column, line])).toEqual([
      ['Team', 1],
      ['Born on', 1],
    ]);
    expect(found.problems[0]!.offers).toEqual([{ says: 'Leave this column out', values: { Team: '' } }]);
    const mends: Mend[] = [
      { file: 'children.csv', table: 'children', line: 1, values: { Team: '' } },
      { file: 'children.csv', table: 'children', line: 1, values: { 'Born on': 'born' } },
    ];
    const mended = read([file('children.csv', text)], mends);
    expect(mended.told).toEqual([]);
    expect(mended.rows[39]).toMatchObject({ given: 'Rory39', born: '2012' });
    const twins = 'ref,family,given,born,born\nC1,F1,Rory,2012,2013\n';
    const [offer] = csv(twins).problems[0]!.offers;
    expect(offer!.values).toEqual({ 'born (column E)': '' });
    const one = { file: 'children.csv', table: 'children', line: 1, values: offer!.values };
    expect(read([file('children.csv', twins)], [one])).toMatchObject({ told: [], rows: [{ born: '2012' }] });
    expect(csv('ref,family,given,dob,Date of birth\nC1,F1,Rory,2012,2013\n').told.join()).toContain(
      'Two columns are “born”',
    );
    // A bad value is told under the file's own heading.
    const soon = csv('ref,family,given,DOB\nC1,F1,Rory,soon\n');
    expect(soon.problems).toMatchObject([{ column: 'born', titled: 'DOB', value: 'soon' }]);
    expect(csv('Some list\nof something\n').told.join()).toContain('No row of headings was found');
  });

  it('[I6] writes days, genders and nothing in many ways, and each is what was meant', () => {
    const born = (said: string) => csv(`ref,family,given,born\nC1,F1,Rory,${said}\n`).rows[0]!.born;
    for (const [said, means] of [
      ['03/05/2012', '2012-05-03'],
      ['3/5/12', '2012-05-03'],
      ['3-5-2012', '2012-05-03'],
      ['05-Mar-14', '2014-03-05'],
      ['5 March 2014', '2014-03-05'],
      ['2012-05-03 00:00:00.000', '2012-05-03'],
      ['03/05/2012 00:00', '2012-05-03'],
      ['2012', '2012'],
      ['3/5/27', '1927-05-03'],
      ['3/5/26', '2026-05-03'],
    ])
      expect(born(said!), said).toBe(means);
    // Days of which nobody can say which they are, and moments of another clock.
    for (const said of ['12-05-03', '41032', '2912', '2012-05-02T23:00:00Z'])
      expect(csv(`ref,family,given,born\nC1,F1,Rory,${said}\n`).told, said).toHaveLength(1);
    const news = read([file('news.csv', 'ref,family,on,text\nN1,F1,3/5/50,Moved house\n')]);
    expect(news.told.join()).toContain('This day has not come yet');
    // What is still to come is near, and not a hundred years ago.
    const due = read([file('dates.csv', 'ref,family,kind,on,what\nD1,F1,court,03/02/27,Hearing\n')]);
    expect(due.rows).toMatchObject([{ on: '2027-02-03' }]);
    for (const nothing of ['NULL', 'N/K', 'Unknown', '#N/A', 'TBC', 'n/a', '-'])
      expect(
        csv(`ref,family,given,born,surname,gender\nC1,F1,Rory,${nothing},${nothing},${nothing}\n`),
        nothing,
      ).toMatchObject({ told: [], rows: [{ born: null, surname: '', gender: 'unknown' }] });
    expect(csv('ref,family,given\nC1,F1,NULL\n').told.join()).toContain('given: This is empty');
    expect(csv('ref,family,given\nC1,F1,Not known\n')).toMatchObject({
      told: [],
      rows: [{ given: 'Not known' }],
    });
    // Nobody opens a family, or takes a child for all of them, because a cell could not be worked out.
    for (const nothing of ['#N/A', 'TBC', 'Unknown', '?', '-']) {
      const families = read([file('families.csv', `ref,name,restricted\nF2,Okoro,${nothing}\n`)]);
      expect(families.told.join(), nothing).toContain('restricted: Write yes or no.');
      const safety = read([file('safety.csv', `ref,family,children,text\nS1,F1,${nothing},Plan\n`)]);
      expect(safety.told, nothing).toHaveLength(1);
    }
    expect(csv('ref,family,given,surname\nC1,F1,Rory,Null\n').rows).toMatchObject([{ surname: 'Null' }]);
    const seen = read([file('seen.csv', 'ref,family,child,on,by\nS1,F1,,2026-11-02,NK\n')]);
    expect(seen.rows).toMatchObject([{ by: 'NK' }]);
    expect(csv('ref,family,given\nC1,F1,R\0ory\n').told.join()).toContain('not saved as text');
    // In a child's own words it is a word.
    expect(read([file('words.csv', 'ref,family,child,words\nW1,F1,C1,Unknown\n')]).rows[0]).toMatchObject({
      words: 'Unknown',
    });
    for (const [said, means] of [
      ['F', 'female'],
      ['M', 'male'],
      ['Female', 'female'],
      ['1', 'male'],
      ['2', 'female'],
      ['0', 'unknown'],
      ['9', 'unknown'],
      ['U', 'unknown'],
      ['1 (male)', 'male'],
      ['b) Female', 'female'],
      ['h) Unknown', 'unknown'],
      ['Not known', 'unknown'],
      ['2 (Female)', 'female'],
      ['Boy', 'male'],
      ['', null],
    ])
      // prettier-ignore
      expect(csv(`ref,family,given,gender\nC1,F1,Rory,${said}\n`), said!).toMatchObject({ told: [], rows: [{ gender: means }] });
  });
});

describe('what a row says of people', () => {
  const families = file('families.csv', 'ref,name\nF2,Okoro\nF3,Bell\n');
  const children = file('children.csv', 'ref,family,given\n1,F2,Ben\n4,F3,Dan\n');
  const adults = file('adults.csv', 'ref,family,given\n1,F2,Ada\n2,F2,Jan\n');
  const told = (name: string, text: string) => read([families, children, adults, file(name, text)]).told;

  it('[I6] is of nobody else: not of an adult for a child, not of another family, not of a day to come', () => {
    expect(told('relations.csv', 'family,person,is,of\nF2,1,child,2\n').join()).toContain(
      'person: 1 is the ref of a child and of an adult',
    );
    expect(told('words.csv', 'ref,family,child,words\nW,F2,4,I want to stay\n')).toEqual([
      'words.csv 2 child: 4 is in the family F3, and this row is of F2.',
    ]);
    expect(told('words.csv', 'ref,family,child,words\nW,F2,1,I want to stay\n')).toEqual([]);
    expect(told('seen.csv', 'ref,family,child,on\nS,F2,1,1/11/27\n').join()).toContain(
      'This day has not come yet',
    );
    const twice = 'family,person,is,of,source\nF2,2,harm,4,Police\nF2,2,harm,4,Health visitor\n';
    expect(told('relations.csv', twice).join()).toContain('Another row says this of the same two people');
    const long = 'x'.repeat(301);
    const note = read([families, file('adults.csv', `ref,family,given,notToHave\nA,F2,Ada,${long}\n`)]);
    expect(note.told.join()).toContain('longer than 300 characters, and none of it is cut off');
    const blank = 'ref,family,person,is,of\n,F2,2,close,4\n,F3,4,close,4\n';
    expect(told('relations.csv', blank).join()).not.toContain('stands in another row');
  });
});

describe('a workbook', () => {
  const children = [
    ['Children of the unit'],
    ['ref', 'family', 'given', 'born', 'gender', 'status'],
    ['C1', 'F1', 'Zoë', { serial: 41032 }, 'F', 'Plan'],
    ['C2', 'F1', 'Ali', 2014, 1, { xml: '<c r="AT" t="e"><v>#N/A</v></c>' }],
    [null, null, null],
    ['Total', 2],
  ] as const;
  const families = [
    ['ref', 'name'],
    ['F1', 'Haque & Ellis'],
  ];

  it('[I7] is read sheet by sheet, by their names or their headings, with days of 1900 and of 1904', async () => {
    const book = workbook({
      Families: families,
      'List of under-18s': children,
      Notes: [['by the data team']],
    });
    const found = read([file('caseload.xlsx', book)]);
    expect(found.told).toEqual([]);
    expect(found.rows).toMatchObject([
      { ref: 'F1', name: 'Haque & Ellis' },
      { given: 'Zoë', born: '2012-05-03', gender: 'female', status: 'Plan' },
      { given: 'Ali', born: '2014', gender: 'male', status: '' },
    ]);
    expect(found.over).toContainEqual({
      file: 'caseload.xlsx, List of under-18s',
      titles: 1,
      empty: 1,
      under: 1,
      notKnown: expect.any(Number) as number,
    });
    const of1904 = workbook(
      { children: [children[1], ['C1', 'F1', 'Zoë', { serial: 39570 }], ['C2', 'F1', 'Ali', 39570]] },
      { is1904: true },
    );
    expect(read([file('b.xlsx', of1904)]).rows).toMatchObject([
      { born: '2012-05-03' },
      { born: '2012-05-03' },
    ]);
    expect([dayOfSerial(1, false), dayOfSerial(59, false), dayOfSerial(61, false), dayOfSerial(0, true)]).toEqual([
      '1900-01-01', '1900-02-28', '1900-03-01', '1904-01-01',
    ]); // prettier-ignore
    const storage = await freshStorage('sqlite');
    const unit = file('unit.json', '{"unit":{"ref":"u","name":"Mulberry"}}');
    const by = { unit: null, seen: null, by: null, now: Date.parse('2026-11-25T10:00:00Z'), dryRun: false };
    const outcome = await importFiles(storage, { ...by, files: [unit, file('caseload.xlsx', book)] });
    expect(outcome).toMatchObject({
      done: true,
      problems: [],
      twice: [],
      children: [
        {
          family: 'Haque & Ellis',
          children: [
            { name: 'Zoë', born: '2012-05-03' },
            { name: 'Ali', born: '2014' },
          ],
        },
      ],
    });
    // The same child in another family has two files: it is told, whatever the case and accents of the name.
    const again = workbook({
      families: [['ref', 'name'], ['F2', 'Zoe’s gran']],
      children: [children[1], ['C9', 'F2', 'ZOE', { serial: 41032 }]],
    }); // prettier-ignore
    const trial = await importFiles(storage, { ...by, dryRun: true, files: [unit, file('b.xlsx', again)] });
    expect(trial.twice).toMatchObject([{ born: '2012-05-03', families: ['Haque & Ellis', 'Zoe’s gran'] }]);
  });

  it('[I7] names a wrong value by sheet and cell, and leaves a hidden sheet alone', () => {
    const book = workbook(
      { Families: families, Children: [...children.slice(0, 3), ['C3', 'F9', 'Sam', 'soon']], Old: children },
      { hidden: ['Old'] },
    );
    expect(read([file('caseload.xlsx', book)]).told).toEqual([
      'caseload.xlsx, Children B4 family: There is nobody and nothing with the ref F9 among the families.',
      'caseload.xlsx, Children D4 born: Write a day, a month or a year: 28/02/2019, 2019-02 or 2019.',
    ]);
  });

  it('[I7] tells each sheet that it does not read, and shows a share as its cell does', () => {
    const parts = {
      'xl/styles.xml':
        '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs></styleSheet>',
    };
    const book = workbook(
      {
        Families: families,
        figures: [
          ['ref', 'family', 'child', 'what', 'value', 'unit'],
          ['N1', 'F1', '', 'attendance', { xml: '<c r="AT" s="2"><v>0.82</v></c>' }, '%'],
        ],
        Kids: [['Ref', 'Name', 'Family'], ['1', 'Rory', 'F1']],
        Old: [['ref', 'name'], ['F9', 'x']],
        Blank: [],
      },
      { hidden: ['Old'], parts },
    ); // prettier-ignore
    const found = readImportFiles([file('b.xlsx', book)]);
    expect(found.unread).toEqual([
      { file: 'b.xlsx, Old', isHidden: true },
      { file: 'b.xlsx, Kids', isHidden: false },
    ]);
    expect(found.rows.at(-1)!.values).toMatchObject({ value: '82', unit: '%' });
    const odd = `<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[ref]]></t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>
      <row r="2"><c r="A2" t="inlineStr"><is><t>F7</t></is></c><c r="B2" t="s"><v></v></c></row>`;
    const sheet = `<worksheet><sheetData>${odd}</sheetData></worksheet>`;
    const shared = { 'xl/sharedStrings.xml': '<sst><si><t>first of all</t></si></sst>' };
    const read1 = read([
      file('b.xlsx', workbook({ families }, { parts: { 'xl/worksheets/sheet1.xml': sheet, ...shared } })),
    ]);
    expect(read1.told).toEqual(['b.xlsx, families B2 name: This is empty, and it is needed.']);
  });

  it('[I7] that is not what it seems is refused in words and costs nothing', () => {
    const refused = (bytes: Uint8Array, name = 'b.xlsx') => read([file(name, bytes)]).told.join();
    const book = workbook({ families });
    expect(refused(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toContain('of an old sort, or has a password');
    expect(refused(book.subarray(0, book.length - 40))).toContain('cannot be opened');
    expect(refused(workbook({ Pets: [['a', 'b']] }))).toContain('None of its sheets is one of ours');
    const sheet = 'xl/worksheets/sheet1.xml';
    const with1 = (xml: string) => workbook({ families }, { parts: { [sheet]: xml } });
    expect(
      refused(with1('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>')),
    ).toContain('what no list of a unit holds');
    expect(refused(with1('<worksheet><sheetData><row><c>'))).toContain('is damaged');
    expect(refused(with1(`<worksheet>${' '.repeat(61_000_000)}</worksheet>`))).toContain(
      'larger than any list',
    );
    const many = `<row>${'<c/>'.repeat(450_000)}</row>`;
    expect(refused(with1(`<worksheet><sheetData>${many}</sheetData></worksheet>`))).toContain(
      'larger than any list',
    );
    // A sheet that lies in another file is not fetched, and a cell far out makes no long row.
    const elsewhere = workbook(
      { families },
      {
        parts: {
          'xl/_rels/workbook.xml.rels':
            '<Relationships><Relationship Id="rId1" Target="http://example.org/x.xml" TargetMode="External"/></Relationships>',
        },
      },
    );
    expect(refused(elsewhere)).toContain('None of its sheets');
    const far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>';
    expect(
      read([file('families.xlsx', with1(`<worksheet><sheetData>${far}</sheetData></worksheet>`))]).rows,
    ).toEqual([]);
  });
});

it('[I5] bytes that did not arrive as they were sent are read as nothing, and told', () => {
  for (const base64 of ['cmVm!!!!', 'cmVmLGZhbWlseQ', 'cmVm,cmVm'])
    expect(read([{ name: 'children.csv', base64 }]), base64).toMatchObject({
      rows: [],
      told: [expect.stringContaining('It did not arrive as it was sent')],
    });
});

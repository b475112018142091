import type { FamilyPicture, ParentKind, Partner, Person, TieKind } from './family-picture.ts';

/** What few people have. */
export const plainPerson = {
  lost: null,
  heldBy: [],
  note: '',
  noAddress: '',
  elsewhere: null,
  came: 0,
  nudge: 0,
};

/** "Selin f 1991" or "Hasan m 1950-2016" or "Baby due 2026-03-14" as a person; the id is the name in lower case. */
function person(words: string): Person {
  const [name, sign, dates] = words.split(' ');
  const [born, died] = (dates ?? '').split('/');
  const gender = sign === 'f' ? 'female' : sign === 'm' ? 'male' : sign === 'o' ? 'other' : 'unknown';
  return {
    id: name.toLowerCase(),
    name,
    gender,
    born: born || null,
    unborn: sign === 'due',
    died: died ?? null,
    ...plainPerson,
  };
}

type Words = {
  people: string;
  partners?: string;
  parents?: string;
  ties?: string;
  identical?: string;
  homes?: Record<string, string>;
};

/** A made-up family in a few words: "mum+dad apart 2010", "mum+dad birth aylin deniz", "aylin close isa". */
export function familyOf({
  people,
  partners = '',
  parents = '',
  ties = '',
  identical = '',
  homes = {},
}: Words): FamilyPicture {
  const rows = (text: string) =>
    text
      .split(',')
      .map((row) => row.trim())
      .filter((row) => row !== '');
  return {
    people: rows(people).map(person),
    partners: rows(partners).map((row) => {
      const [pair, state, from] = row.split(' ');
      const [a, b] = pair.split('+');
      return { a, b, state: state as Partner['state'], from: from ?? null };
    }),
    parents: rows(parents).flatMap((row) => {
      const [pair, kind, ...children] = row.split(' ');
      return pair
        .split('+')
        .flatMap((parent) => children.map((child) => ({ child, parent, kind: kind as ParentKind })));
    }),
    twins: rows(identical).map((row) => {
      const [a, b] = row.split('+');
      return { a, b, kind: 'identical' as const };
    }),
    ties: rows(ties).map((row) => {
      const [a, kind, b] = row.split(' ');
      return { a, b, kind: kind as TieKind, how: '' };
    }),
    households: Object.entries(homes).map(([name, members], i) => ({
      id: `home-${i}`,
      name,
      people: members.split(' '),
    })),
  };
}

const kayaBrightSmall = familyOf({
  people:
    'Beverley f 1961,Hasan m 1950/2016,Emine f 1964,Curtis m 1985,Marlon m 1988,Selin f 1991,Aylin f 2014-02-01,Deniz m 2017-05-03,Isa m 2025-02-02',
  partners: 'hasan+emine together,marlon+selin apart',
  parents: 'beverley birth curtis marlon,hasan+emine birth selin,marlon+selin birth aylin deniz isa',
  ties: 'marlon conflict selin,aylin close isa',
  homes: { Home: 'selin aylin deniz isa' },
});

const kayaBright = familyOf({
  people:
    'Ivy f 1938/2019,Hatice f 1941,Neville m 1958,Beverley f 1961,Hasan m 1950/2016,Emine f 1964,Ryan m 1994,Kerry f 1996,Donna f 1989,Curtis m 1985,Marlon m 1988,Selin f 1991,Leyla f 1996,Poppy f 2021,Baby due 2026-03-14,Reece m 2010,Joan f 1967,Peter m 1965,Aylin f 2014-02-01,Deniz m 2017-05-03,Isa m 2025-02-02',
  partners:
    'neville+beverley together,hasan+emine together,marlon+selin apart 2012,donna+marlon divorced 2008,kerry+marlon apart 2020,ryan+kerry apart 2019,joan+peter together',
  parents:
    'ivy birth beverley,hatice birth emine,neville+beverley birth curtis marlon,hasan+emine birth selin leyla,marlon+selin birth aylin deniz isa,donna+marlon birth reece,joan+peter foster reece,kerry birth poppy,ryan+marlon disputed poppy,kerry+marlon birth baby',
  ties: 'marlon close-conflict selin,aylin close isa,emine close selin,marlon distant reece',
  homes: {
    'Home, since 2017': 'selin aylin deniz isa',
    'Curtis’s': 'curtis marlon',
    'Kerry’s, since 2022': 'kerry poppy baby',
    'The Marshes’': 'joan peter reece',
  },
});

const threeFathers = familyOf({
  people:
    'Tina f 1990,Alan m 1985,Bashir m 1988,Craig m 1992,Ellie f 2008,Finn m 2012,Gracie f 2016,Harley m 2019,Maureen f 1962',
  partners: 'tina+alan divorced 2006,tina+bashir apart 2011,tina+craig together 2018',
  parents:
    'maureen birth tina,tina+alan birth ellie,tina+bashir birth finn,tina birth gracie harley,bashir disputed gracie,craig disputed gracie,craig birth harley',
  ties: 'ellie distant alan,tina conflict bashir,ellie very-close gracie,craig harm tina',
  homes: { Home: 'tina craig finn gracie harley' },
});

const twins = familyOf({
  people:
    'Ngozi f 1986,Emeka m 1984,Ada f 2012-04-01,Chidi m 2015-09-09,Obi m 2015-09-09,Zora f 2020-01-02,Nneka f 1958,Uche m 1955',
  partners: 'ngozi+emeka together,nneka+uche together',
  parents: 'ngozi+emeka birth ada chidi obi zora,nneka+uche birth emeka',
  ties: 'chidi very-close obi,nneka conflict ngozi',
  homes: { 'Flat 9': 'ngozi emeka ada chidi obi zora nneka' },
});

const kinship = familyOf({
  people:
    'Patricia f 1960,George m 1957/2020,Lorraine f 1983,Stacey f 1988,Dwayne m 1987,Kayden m 2014,Lily f 2017,Tyler m 2019',
  partners: 'patricia+george together,stacey+dwayne apart',
  parents:
    'patricia+george birth lorraine stacey,stacey+dwayne birth kayden lily tyler,patricia kinship kayden lily',
  ties: 'stacey cut-off patricia,kayden close patricia,lorraine close-conflict stacey',
  homes: { 'Nan’s': 'patricia kayden lily', 'Stacey’s': 'stacey tyler' },
});

const stepfamily = familyOf({
  people:
    'Paul m 1979,Wendy f 1981,Sandra f 1980,Gary m 1977,Amir m 1982,Owen m 2005,Megan f 2007,Jade f 2006,Leo m 2009,Sami m 2013,Rosie f 2019,Noah m 2021',
  partners:
    'paul+sandra divorced 2003,wendy+gary divorced 2004,wendy+amir apart 2012,paul+wendy together 2017',
  parents:
    'paul+sandra birth owen megan,wendy+gary birth jade leo,wendy+amir birth sami,paul+wendy birth rosie noah',
  ties: 'jade conflict paul,owen close leo,megan distant wendy',
  homes: { 'The Mill House': 'paul wendy jade leo sami rosie noah', 'Sandra’s': 'sandra owen megan' },
});

const unbornAndFoster = familyOf({
  people:
    'Chloe f 2003,Jordan m 2001,Baby due 2026-02-20,Mason m 2020,Sheila f 1965,Trevor m 1963,Debbie f 1978,Friend o 2002,Cousin m 2018',
  partners: 'chloe+jordan apart,sheila+trevor together',
  parents: 'debbie birth chloe,chloe+jordan birth mason baby,sheila+trevor foster mason',
  ties: 'chloe distant mason,jordan harm chloe,debbie close baby',
  homes: { 'Foster home': 'sheila trevor mason', Hostel: 'chloe baby' },
});

/** Case C1 of the practice notes: five children, a step-father who left, one father who is a known danger. */
const caseC1 = familyOf({
  people:
    'Mum f 1990,Step m 1988,Dad10 m 1980,Girl10 f 2015,Girl8 f 2017,Boy3 m 2022,Girl5 f 2020,Girl2 f 2023,Friend f 2015,Fmum f 1985,Fdad m 1984',
  partners: 'mum+step apart 2025,mum+dad10 apart,fmum+fdad together',
  parents:
    'mum+dad10 birth girl10,mum+step birth girl8 girl5 boy3 girl2,fmum+fdad birth friend,fmum+fdad private-foster girl10',
  ties: 'dad10 harm mum,girl10 close dad10,step harm girl10,girl10 very-close friend,dad10 close step',
  homes: { 'New house': 'mum girl8 girl5 boy3 girl2', 'Friend’s family': 'fmum fdad friend girl10' },
});

/** Case C4: two children, both parents, and grandparents who live near and will help. */
const caseC4 = familyOf({
  people: 'Carrie f 1992,Brian m 1990,Sean m 2020,Samantha f 2019,Granny f 1964,Grandad m 1962',
  partners: 'carrie+brian together,granny+grandad together',
  parents: 'granny+grandad birth carrie,carrie+brian birth samantha sean',
  ties: 'brian harm carrie,granny close carrie',
  homes: { Home: 'carrie brian sean samantha' },
});

/** Identical twins whom two families adopted, and a baby who died before them. */
const twinsApart = familyOf({
  people:
    'Faith f 1994,Lost f 2013-03-03/2013,Ruby f 2015-06-06,Pearl f 2015-06-06,Helen f 1980,Mark m 1979,Joy f 1982,Sue f 1983,Ben m 2010',
  partners: 'helen+mark together,joy+sue together',
  parents: 'faith birth lost ruby pearl,helen+mark adopted ruby,joy+sue adopted pearl,joy birth ben',
  identical: 'ruby+pearl',
  ties: 'ruby very-close pearl,faith cut-off pearl,helen distant joy',
  homes: { 'Helen and Mark’s': 'helen mark ruby', 'Joy and Sue’s': 'joy sue pearl ben' },
});

/** Every family the drawing is tried on by name. */
export const sampleFamilies: Record<string, FamilyPicture> = {
  kayaBrightSmall,
  kayaBright,
  threeFathers,
  twins,
  kinship,
  stepfamily,
  unbornAndFoster,
  caseC1,
  caseC4,
  twinsApart,
};

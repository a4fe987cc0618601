"""How names of people are written, and the words that stand beside them in German and English messages."""

import re

from .letters import LOWER, SPACE, UPPER, WORD

_CAPITALS = rf"[{UPPER}]['’]?[{UPPER}-]*[{UPPER}](?![{LOWER}])"
INITIALS = rf"[{UPPER}]\.(?:{SPACE}?[{UPPER}]\.)*"
OF = (
    rf"(?:(?:von|van|vom|zu|zum|zur|de|del|della|di|da|dos|du|le|al|el|bin|ibn|ter|ten|af|St\.)(?:{SPACE}(?:der"
    rf"|den|dem|la|los|las|und{SPACE}zu))?|auf{SPACE}der|la)"
)
ONE = rf"(?:{WORD}|{_CAPITALS})"
_NAME = (
    rf"(?:{INITIALS}{SPACE}?(?={OF}{SPACE}))?(?:{OF}{SPACE})?(?:{INITIALS}{SPACE}?)?{ONE}(?:{SPACE}(?:{INITIALS}{SPACE}?)?(?:{OF}{SPACE})?{ONE}){{0,3}}"
    rf"(?:{SPACE}[{UPPER}]\.)?"
)
_AND = rf"{SPACE}(?:and|und|&|\+){SPACE}"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Sir|Madam|MR|MRS|Mister|Herrn?|Frau|HERRN?|FRAU|Fräulein|Dr|Prof|Professor(?:in)?"
    r"|Doctor|Doktor|Hr\.|Hrn|Fr\."
    r"|Famil(?:ie|y)|Eheleute|Rev|Dipl\.-Ing|Ing|Mag|Mme|Mlle|Monsieur|Madame|Señora?|Signora?)"
)
_TITLES = rf"{_TITLE}\.?(?:(?:{_AND}|{SPACE}|/){_TITLE}\.?)*"
_HELLO = (
    r"(?:Hi(?:ya)?|Hello|Hey|Dear|Good (?:Morning|Afternoon|Evening|Day)|Greetings|Hallo|Hej|Moin(?: Moin)?"
    r"|Servus|Liebe[rs]?|Grüezi|Hoi|Salut|Ciao|Tach|Werte[rs]?"
    r"|Gr[üu](?:ß|ss) (?:Gott|dich)|Guten (?:Tag|Morgen|Abend)|Sehr geehrte[rs]?)"
)
_THANKS = r"(?:thanks|thank you|thx|many thanks|danke|vielen dank|merci|dank)"
_BYE = (
    rf"(?:{_THANKS}|(?:regards|wishes|sincerely|yours|faithfully|truly|cheers|respectfully|take care|gr[üu](?:ß"
    rf"|ss)(?:e|en)?"
    r"|mfg|lg|vg|bg|herzlichst|hochachtungsvoll|bis bald|ciao)"
    r"(?: (?:again|nochmals|im voraus|in advance|und|and|aus [^\W\d_]+))*)"
)
_FIELD = (
    r"(?:(?:full |first |last |middle |your |my )?name|surname|vorname|nachname|familienname|vor- und nachname"
    r"|contact(?: person| name)?|ansprechpartner(?:in)?|ansprechperson"
    r"|kunde|kundin|customer(?: name)?|client|agent|sachbearbeiter(?:in)?|bearbeiter(?:in)?|kontoinhaber(?:in)?"
    r"|account holder|card ?holder|karteninhaber(?:in)?"
    r"|inhaber(?:in)?|absender(?:in)?|empfänger(?:in)?|recipient|sender|passengers?|passagiere?|guests?|gäste"
    r"|gast|patient(?:in)?|mieter(?:in)?|tenant"
    r"|attn\.?|attention|z\. ?hd\.?|zu händen(?: von)?|c/o|requester|assignee|assigned to|reported by|caller"
    r"|anrufer(?:in)?|unterschrift|signed)"
)
_I_AM = (
    r"(?:my name is|my name['’]s|i am called|(?:someone|somebody|woman|man|lady|guy) (?:called|named)|the name is"
    r"|ich hei(?:ß|ss)e|mein name (?:ist|lautet)|namens|der name ist"
    r"|(?:account |card ?)holder is|kontoinhaber(?:in)? ist|assigned to|signed by|attention of|on behalf of|im "
    r"namen von|im auftrag von)"
)
_RELATION = (
    r"(?:wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|aunt|uncle|cousin|colleague|boss"
    r"|neighbou?r|friend|partner|girlfriend|boyfriend|roommate|flatmate|co-?worker)"
)
TITLE_WORDS = frozenset(
    "mr mrs ms miss mx sir madam mister herr herrn frau fräulein dr prof professor professorin doctor doktor hr "
    "hrn fr family familie "
    "eheleute rev dipl ing mag mme mlle monsieur madame señor señora signor signora".split()
)
_HELLO_WORDS = frozenset(
    "hi hiya hello hey dear good greetings hallo hej moin servus liebe lieber liebes grüezi hoi salut ciao tach "
    "werte werter wertes "
    "grüß gruß grüss gruss guten geehrte geehrter geehrtes".split()
)
_BYE_WORDS = frozenset(
    "thanks thank thx danke dank merci regards wishes sincerely yours faithfully truly cheers respectfully take "
    "gruß grüße grüßen gruss "
    "grüsse grüssen gruesse mfg lg vg bg herzlichst hochachtungsvoll bald ciao best love see warmly".split()
)
_I_AM_WORDS = frozenset(
    "name called named heiße heisse namens holder kontoinhaber kontoinhaberin assigned signed attention behalf "
    "namen auftrag".split()
)
_FIELD_WORDS = frozenset(
    "name surname vorname nachname familienname contact ansprechpartner ansprechpartnerin ansprechperson kunde "
    "kundin customer client agent "
    "sachbearbeiter sachbearbeiterin bearbeiter bearbeiterin kontoinhaber kontoinhaberin holder cardholder "
    "karteninhaber karteninhaberin "
    "inhaber inhaberin absender absenderin empfänger empfängerin recipient sender passenger passengers passagier "
    "passagiere guest guests gäste "
    "gast patient patientin mieter mieterin tenant attn attention hd händen c requester assignee assigned "
    "reported caller anrufer anruferin "
    "unterschrift signed".split()
)
_RELATION_WORDS = frozenset(
    "wife husband son daughter mother father mum mom dad brother sister aunt uncle cousin colleague boss "
    "neighbor neighbour friend partner "
    "girlfriend boyfriend roommate flatmate coworker worker".split()
)
_DEGREE = r"(?:MD|PhD|Ph\.D\.|MBA|MSc|BSc|M\.?[AS]c?\.|B\.?[AS]c?\.|LL\.[BM]\.|MA|BA|RN|Esq\.?|CEO|CFO|CTO)"
_END = rf"(?={SPACE}*(?:[,!.:;\n–)]|$)|{SPACE}+-)"
_BOTH = rf"(?P<name>{_NAME})(?:{_AND}(?:{_TITLE}\.?{SPACE})*(?P<also>{_NAME}))?"

AFTER_TITLE = re.compile(
    rf"(?<![\w-])(?P<whose>(?i:(?:mein|dein|sein|ihr|unser)e[rn]?{SPACE}(?=Frau)|(?:the|my|a"
    rf"|this){SPACE}))?{_TITLES}{SPACE}{_BOTH}"
)
SIGNED = re.compile(  # on the line below
    rf"(?<!\w)(?i:{_BYE}|best|love|see you|warmly|grüsse|viele grüße)[,!.]?{SPACE}*\n\s*"
    rf"(?:{_TITLES}{SPACE})?{_BOTH}(?:,{SPACE}{_DEGREE})?{SPACE}*[,.]?{SPACE}*$",
    re.MULTILINE,
)
# what must be in the text, and a pattern; it is a name whatever the word is, unless it is known to be something else
CERTAIN = [
    (_HELLO_WORDS, re.compile(rf"(?<!\w)(?i:{_HELLO}),?{SPACE}{_BOTH}{_END}")),
    (  # after a full stop only if nothing follows: "Danke. Paket ist da."
        _BYE_WORDS,
        re.compile(
            rf"(?<!\w)(?i:{_BYE})(?:(?P<stop>[!.])|,)?{SPACE}(?!vom |von der ){_BOTH}"
            rf"(?(stop)(?=[{SPACE[1:-1]}.]*$)|{_END}(?!:))",
            re.MULTILINE,
        ),
    ),
    (_BYE_WORDS, SIGNED),
    (frozenset(("i", "ppa")), re.compile(rf"(?<!\w)(?:i\.{SPACE}?[AV]\.|ppa\.?){SPACE}{_BOTH}")),
    (_FIELD_WORDS, re.compile(rf"(?:^|[\n,;|(–])\s*(?i:{_FIELD})[ ]?[:=]\s*(?:{_TITLES}{SPACE})?{_BOTH}")),
    (_I_AM_WORDS, re.compile(rf"(?<!\w)(?i:{_I_AM}):?{SPACE}(?:{_TITLES}{SPACE})?{_BOTH}")),
    (frozenset(("here", "hier")), re.compile(rf"(?<!\w)(?i:{_HELLO}),?{SPACE}(?P<name>{_NAME}){SPACE}(?:here|hier)\b")),
    (frozenset(("mein",)), re.compile(rf"(?<!\w)(?P<name>{_NAME}){SPACE}mein{SPACE}Name")),
    (_RELATION_WORDS, re.compile(rf"(?<!\w)(?i:{_RELATION}),?{SPACE}(?:called{SPACE})?(?P<name>{_NAME})")),
]
TWO_WORDS = re.compile(  # "This is Great": one word is too little
    rf"(?<!\w)(?i:this is|hier ist|hier spricht|hier schreibt|i['’]m|i am){SPACE}(?P<name>{ONE}{SPACE}{_NAME})"
    rf"(?={SPACE}*(?:[,.!\n]|from|calling|speaking|here|and|aus|von|vom|mein|my|$))"
)

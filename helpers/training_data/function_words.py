"""Words that say how, not what: their absence makes no other question. English and German, umlauts written out."""

FUNCTION_WORDS = frozenset(
    # English
    "a an the this that these those it its i me my mine myself we us our ours you your yours he him his she her they"
    " them their is are was were am be been being do does did done have has had having can could ca may might must"
    " shall should will would wo want wants need needs like get got to of in at for by from with on off up down out"
    " over under before after into onto about as than and or but if then so too also just only still yet already now"
    " here there again any some all both more less please kindly thanks thank thx pls know tell say possible able"
    " whether really very quite actually ever because let there s m d re ve ll t one hi hello"
    # German
    " der die das den dem des ein eine einen einem einer eines ich mich mir mein meine meinen meinem meiner meines du"
    " dich dir dein deine deinen deinem deiner er sie es wir uns unser unsere unseren unserem unserer ihr ihre ihren"
    " ihrem ihrer euch euer eure euren eurem eurer ihm ihn ihnen sich man ist sind war waren bin bist seid sein wird"
    " werden wurde wurden worden werde habe hat haben hatte hatten habt hast kann kannst koennen koennt koennte"
    " koennten darf duerfen muss muessen soll sollen sollte will wollen wollte moechte moechten mag wuerde wuerden"
    " waere und oder aber wenn dann dass ob als so auch nur noch schon mal denn doch ja eigentlich wohl bitte danke"
    " gern gerne von vom zu zum zur im ins an am auf aus ab bei beim mit nach vor fuer ueber um durch bis seit da hier"
    " jetzt nun mehr weniger sehr etwas wieder gibt dieser diese dieses diesen diesem alle einfach wirklich weil damit"
    " einmal hallo".split()
)
NEGATIONS = frozenset("not no never none nothing cannot without nor neither nicht nichts nie niemals ohne".split())
OPPOSITES = tuple(
    pair.split("/")
    for pair in "on/off up/down in/out before/after from/to over/under more/less an/aus an/ab ein/aus auf/zu vor/nach "
    "von/nach von/zu mehr/weniger".split()
)  # function words of which one instead of the other makes another question
SAME_WORDS = {
    word: words.split()[0]
    for words in (
        "what which welche welcher welches welchen welchem",
        "why warum wieso weshalb",
        "2 two zwei",
        "3 three drei",
        "4 four vier",
        "5 five fuenf",
        "6 six sechs",
        "7 seven sieben",
        "8 eight acht",
        "9 nine neun",
        "10 ten zehn",
        "11 eleven elf",
        "12 twelve zwoelf",
    )
    for word in words.split()
}

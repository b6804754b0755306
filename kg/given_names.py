"""Short forms of given names that English speakers use, by the full form; a list written by hand."""

from __future__ import annotations

_FORMS = """
alan al; albert al bert; alexander alex al sandy; alfred al alf fred; allen al; andrew andy drew; anthony
tony; antonio tony; arthur art artie; benjamin ben benny; bernard bernie; bradley brad; charles charlie
chuck; christopher chris kit; clifford cliff; daniel dan danny; david dave davy; dennis denny; donald don
donnie; douglas doug; edgar ed eddie; edmund ed eddie; edward ed eddie ted ned; edwin ed eddie; eugene gene;
francis frank; franklin frank; frederic fred; frederick fred freddie freddy; gerald gerry jerry; gregory
greg; harold hal harry; henry hank harry hal; herbert herb bert; jacob jake; james jim jimmy jamie; jeffrey
jeff; jerome jerry; john jack johnny jon; jonathan jon; joseph joe joey; joshua josh; kenneth ken kenny;
laurence larry; lawrence larry; leonard len lenny; leslie les; lewis lou lew; louis lou; matthew matt;
michael mike mick mickey; nathan nate; nathaniel nate nat; nicholas nick; norman norm; oliver ollie; patrick
pat paddy; peter pete; philip phil; phillip phil; raymond ray; reginald reg reggie; richard dick rick ricky
rich; robert bob bobby rob robbie; ronald ron ronnie; rudolph rudy; russell russ; samuel sam sammy; sidney
sid; stanley stan; stephen steve; steven steve; terence terry; theodore ted teddy theo; thomas tom tommy;
timothy tim timmy; victor vic; vincent vince vinnie; walter walt wally; william bill billy will willie; ann
annie; anne annie; barbara barb; catherine cathy kate; christine chris tina; deborah debbie; dorothy dot;
eleanor ellie; elizabeth liz beth betty bess eliza lizzie; frances fran; jennifer jen jenny; jessica jess;
judith judy; katherine kate kathy katie; margaret maggie meg peggy; mary molly polly; pamela pam; patricia
pat patty trish; rebecca becky; sandra sandy; susan sue susie; theresa terry; victoria vicky; virginia ginny
"""

SHORT_FORMS: dict[str, tuple[str, ...]] = {
    full: tuple(short) for full, *short in (entry.split() for entry in _FORMS.split(";"))
}
"""Short forms by full form."""

"""A whole number has more digits than most readers keep.

JavaScript, and every tool that reads numbers as floating point, keeps integers up to 2^53 only: 9007199254740993
becomes ...992, and an id points at something else. A spreadsheet keeps 15 digits and shows zeros for the rest, so in a
workbook the digits are gone already.

There is no fix: write ids, card and phone numbers as text.
"""

from base64 import b85decode

from ftlint.rule import Case, FaultRule

# The smallest workbook with a number of 19 digits in its second row.
LONG_NUMBER = b85decode(
    "P)h>@6aWAK2mk;8AplLGXfVtG006E5000vJ003J<Z*FvDZggK%d2nTOT`qWSY^{;MPQ)+_#$Tn%iY~4gZa{4pV1*la0h7Ads7V~f"
    "zN5T7X@P|WAu;*i=kF)W-OGC>Y1SB$^k!DgcL3sMiYS&dr8=3oMATZAGh}oNo(XQ-_6UxXQqqHN9%kqsXu?a-=5eiU@tk^7D2Qq9"
    "KZP5sH<)wq4z<qVn#LcL!xzEU&0Qn2&vH`*28QnWN~QRbniCd%!dUHK4e-Wgd1YSgCi@eOr^!1S*<E5?v62hnC^M19VE1Sv`t%FG"
    "{b%rY&z^sCVSm%`0Z>Z=1QY-O00;m803iUYUxsIf0002(0000B0001Aa%F6DFD`OrY;%pzJq`jP6a?U_5Du_!V_{)fDjQql1rQ%U"
    ";pY)x<9d53S7Tv0naP)oxMEb@Q*O?e#<mo5Te$1JoB*13m{gmnU>=R3np7XLS|~~fWf2bZe1y6;xD<PnT^<XsoZVgp|AEOEuklQJ"
    "O_=)+|7$U1RW0^~ZxNnU!<{Hh1LYtEe7uuyP)h>@6aWAK2mk;8Apo)ab6<@B007|t000jF004MwFL!TpYhrJ2Yc6<gY>kgW4uU`o"
    "MXy470E;eM5MbrTV~kLo33NJXYxMXMkiDz^{-3^|wr|n-Au?AVUb1x%-AjXLLnID%l0tb+CQ%N)uKGkPN@27}<h<aeuCK@;W!MRg"
    "{=<-IN(0?wcrj()AxcZ|B-vsr27S9V*l$)jFm>R%HEq^??BEQQHfa@F1NJQ*H+a0&e*sWS0|XQR000O8001EXZm^|nga7~l-v9sr"
    "8UO$Qcx*3Ua%F6DFL!TpYhrJ2Yc6<gY%X$TY;%pzJqiLb5C!0?gdAWeSXfAs%Enf_K!}qccJsqzM7_N!SFo^rJop|@UvYDsTOBF)"
    "Azo#x!^p(kPXNOwEN(2VW1UTCR2<Jp5xVoMiwFm$jzD`uTD>>L<!&S?DQ@qM|Hv(b?D5?EqhRG91MqCLj)ce)brg|}RLfK(SPfr)"
    "><3Uw0|XQR000O8001EXc*zR>p8x;=CjkHe2mk;8cx*2)E_iKheUM8I!Y~X(uTu2@xD+TKxn6MtP7sAaBl1&XwH%+2MOBbsXOEv}"
    "WaH%HBMnM%^|Z#Nz8;vv2_VTqS&>#gD3>QUAFbfr#yg}CmAIBAYoKkK4y@3wCM?=nupo?nB9s;PwRT23b>Wx+od}si^foX86T({o"
    "`4g3yG>Wx%pEwl%e<9+_pKzpgyV>r#{o&Zm6~ef5gvALk|At;rO928D0~7!N00;m803iTPp=dD7000240RR9K00000000000001h"
    "0RR9109!+EZggdCbYE0?aAk8{E_iKhP)h*<6ay3h000O8001EXt6zp^h5!Hn?EnA(3jhEB0000000000fC2pg003WdWo&aVE^=jT"
    "b5KhG0u%!j000080000X0I~aXUyT3&0O0@t01p5F00000000000Du9k0RRAaY%h0ja%*C5Z)+}iZER3W0Rj{Q6aWAK2mk;8ApmZ$"
    "rEG)%007?r000^Q0000000000004jiW&!{Jcx*3Ua%F6DFL!TpYhrJ2Yc6<gY%X$TY;#ac0Rj{Q6aWAK2mk;8Apm&E3jUt}001We"
    "000O80000000000004jiA_D*bcx*2)E_iKhP)h{{000001poyAH30ws=K}x$000"
)


class LostPrecision(FaultRule):
    """Integers beyond 2^53 in JSON, numbers of more than 15 digits in a workbook."""

    code, name, severity = "F023", "lost-precision", "warning"
    fault = "precision"

    cases = (
        Case(
            why="an id in JSON",
            wrong=b'{"prompt": "a", "completion": "b", "id": 9007199254740993}\n',
            found=[(1, "id")],
        ),
        Case(why="a number in a workbook", name="x.xlsx", wrong=LONG_NUMBER, found=[(2, "completion")]),
        Case(
            why="2^53 itself, a long number as text, and a fraction",
            right=b'{"prompt": "90071992547409931", "completion": "b", "n": 9007199254740992, "x": 0.1234567890123456789}\n',
        ),
    )

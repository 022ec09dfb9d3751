"""A workbook has more sheets with data than the one that is read.

Most readers take the first sheet and never mention the others, so half of the data may be missing. ftlint reads the
first sheet that holds data, or the one that `--sheet` names, and tells each other one.

There is no fix: read each sheet on its own with `--sheet`, or delete the ones that are no data.
"""

from base64 import b85decode

from ftlint.rule import Case, FaultRule

# The smallest workbooks: one with the sheets "train" and "more", one with "train" and an empty sheet.
TWO_SHEETS = b85decode(
    "P)h>@6aWAK2mk;8Apqc!jD*kt001Te000vJ003J<Z*FvDZggK%d2nTOT`qWSY_*cVPQ)+_#$Tn%iY_h;45;k_tiZqvnAE*SP2wo_"
    "9p&vw3lqx;2`2yh{QYFf-RnmtY1SB$^k!DgcL3sMiYS&dr8=3oMATZABV=?79tm#R_7)r`rKAVlJj~EN(1fR;&Es0z;yLxEP!QAH"
    "e+f5MZ!qWJ9crD!IgLLkhi`(do4ZD4pXI6w3=G}#nM&~^H7{8731hW`HNZQU<&Al<o9tIKo+j^TWOs^n#Y!%Oqs&AagWaQz=+gy$"
    "`^Vtzo;|<7z5Z`5?C&vr0#Hi>1QY-O00;m803iUYUxsIf0002(0000B0001Aa%F6DFD`OrY;%pzJq`jP6a?U_5Du_!V_{)fDjQql"
    "1rQ%U;pY)x<9d53S7Tv0naP)oxMEb@Q*O?e#<mo5Te$1JoB*13m{gmnU>=R3np7XLS|~~fWf2bZe1y6;xD<PnT^<XsoZVgp|AEOE"
    "uklQJO_=)+|7$U1RW0^~ZxNnU!<{Hh1LYtEe7uuyP)h>@6aWAK2mk;8Apr71fE1Vj000XC000jF004MwFL!TpYhrJ2Yc6<gY>kjj"
    "4uU`oMz2EV02WxdAi&Cv#~7jGOrX<AJ4TN$f*9So>fg)zlD2o2>B2k}51ONP#^;<G03AG%)dMGt%f+#f&C4iP&?IO_^@y2fsLS#Q"
    "WJ5HYp^<+a>|7Y|#KVm+=1n3v+Z;Hm4@phmt_k|CMYM#S$+9M`tMk~I$`sOsrIFIWFG?)<Mb;m(dXcc(VShmX1W-!@1QY-O00;m8"
    "03iT?P&Cet000150RR9R0001ZY%gDOWo&aVcW-iQVsCG2E_iKhE^=jTbG6Vt3c^4ThT*G(JwRq-VIkR6Hnx%rEbHtK$^I}qqTb$Z"
    "ga|2YEQb%C7iPTTsyXCTeJHhi#x+$XJaah#RO2z~+UJ6)EjCls+)i>(v{|%6I7oQ}+8SaSw`O;_DM3<n^Q+)5a<(=YJZE!{n0O}u"
    "k4#JTh}=+34p|A=H$}i+diZmC_@v?MmD3wgO9KQH000080000X02O1{caQ)804xCj00;m80C;RKFfMp)Y>kjj4#GePMz7NJ0MfW{"
    "VJIta;0bU<J8}NPkhI5l?80cG#w8z*M*!!nw>pVfx5SX@*iU9<4^Z7Ck?STGNv(6q8rfQ@SExmW&+AYOupNdSME0pCT(bik6Kb9b"
    "U1wwOQ}9WSrVa3w(5PsR#Sn}T9tpUwsB2^p^Etiau=;;3;lKQ+Pg;1n1D+3}J5Wml1QY-O00;m803iU9Hk!hb0000i0RR990001Z"
    "Y%eh`cx`NrkWC5#F$_kpGRy(Y;KGGuvhoI=pmd@w_K!3$b9`$TqM+h3UtV5FaLsb7j#-B-hE(U#sg@%^wT`2yyIeT6&LvAU+Df@X"
    "Ey8B$LovX9nhp?+Pa|Q^PDTx(<dx74I*&dDpZKiO0AC4}isV=nK?&iJfc=WvMg~@&(>o5`|7(f;%fEcm!pj}-d=T9MP)h*<6ay3h"
    "000O8001EX;E{}k&;S4cCISEe6951J0000000000fB^si003J<Z*FvDZggK%d2nTOT`qWSY*0%90u%!j000080000X0IOeyXNCX("
    "0PO$(01E&B00000000000Du7j0RRABa%F6DFD`OrY;#ac0Rj{Q6aWAK2mk;8Apr71fE1Vj000XC000jF0000000000004jiumJ!7"
    "cx*3sZ*ps5Z*OZZcx`M@O928D0~7!N00;m803iT?P&Cet000150RR9R00000000000001h0d)cZ0C;RKUvgz^b1!#qa%*C5Z)+}i"
    "ZEP-bWo&a$O928D0~7!N00;m803iSsW7v0)0000i0RR9900000000000001h0XqW#0C;RKFfMp)Y*0%90u%!j000080000X0FpME"
    "!jS*~04xCj00;m800000000000DuAU0{{ScY%eh`cx`M@O9ci10000600sbS0RRA~1ONa400"
)
ONE_SHEET = b85decode(
    "P)h>@6aWAK2mk;8Apqc!jD*kt001Te000vJ003J<Z*FvDZggK%d2nTOT`qWSY_*cVPQ)+_#$Tn%iY_h;45;k_tiZqvnAE*SP2wo_"
    "9p&vw3lqx;2`2yh{QYFf-RnmtY1SB$^k!DgcL3sMiYS&dr8=3oMATZABV=?79tm#R_7)r`rKAVlJj~EN(1fR;&Es0z;yLxEP!QAH"
    "e+f5MZ!qWJ9crD!IgLLkhi`(do4ZD4pXI6w3=G}#nM&~^H7{8731hW`HNZQU<&Al<o9tIKo+j^TWOs^n#Y!%Oqs&AagWaQz=+gy$"
    "`^Vtzo;|<7z5Z`5?C&vr0#Hi>1QY-O00;m803iUYUxsIf0002(0000B0001Aa%F6DFD`OrY;%pzJq`jP6a?U_5Du_!V_{)fDjQql"
    "1rQ%U;pY)x<9d53S7Tv0naP)oxMEb@Q*O?e#<mo5Te$1JoB*13m{gmnU>=R3np7XLS|~~fWf2bZe1y6;xD<PnT^<XsoZVgp|AEOE"
    "uklQJO_=)+|7$U1RW0^~ZxNnU!<{Hh1LYtEe7uuyP)h>@6aWAK2mk;8ApngiP_UT*000aD000jF004MwFL!TpYhrJ2Yc6<gY>kjj"
    "4uU`oMz2EV02W-hAi&Cv#~7i=1Uj9xHR|m}5TiR+{d;*|((1-Co|(t&PE*v{4Q8nX&~`xby5od#zVs~QZ64(Ungo5P1ESFc`#e7Y"
    "`4HV|DCHjq_kC#b$nBLd+A0y8yakRrgru&imIQs*EPBG)nJh`m>eSV)aG8{0ZX|c`iy|d^e4+afTD(x$^ss%Pc>+*N0|XQR000O8"
    "001EXfKW8fjsO4vS^)q68UO$Qcx*3Ua%F6DFL!TpYhrJ2Yc6<gY%X$TY;(2HJqp4=5QgEaggroJV__lLR5rGf3oPsG56S*8JEGp+"
    "ZG;FZY%GTlo)>1k;;K31RDCG5d&V_YB|LLE0aW8L>e}amsVz2B)Z9*TP_$XJLpVrz1lk&68n<S5xhX+Xbn~m=FLJgv7(8clkC=ET"
    "0FO*d^@!Y1O%7QJ**8VNUV8X*dibQ_>y^_RP)h>@6aWAK2mk;8ApjL)*msZs001lj000O8004MwFEB26ZETH@O%B392u82c^Z?Sh"
    "aA7DbZ{P`VL_2Z*!jQDbckIGwqQ)g3k4FIKthYLeShvKG>ex?aWe-r@B$4YT7fG#i$r{;OsaL2)h0p6y46q%B9Ypr2CtR}w8xv}t"
    "30-Gn?^Ezej;0OpmC&eYj>Qm+5FQD*uc&Ke5c4^`<FNXFE#bfXr%zgVxdWaLqB~Ga0|XQR000O8001EX1x2DRSO5S3Z~y=R2mk;8"
    "cx*2*E_iKhvnkIn$}Y}GO)XKV$j!+swpGd~DJihh*Dp@aNX<<w*2^zQ%>&A$<rn29mH@d$>H5V5MX8A?U`@F>`bGu@X8O5_nR!Zf"
    "HefNA#F9ii8+~Lp+!8wgP)h*<6ay3h000O8001EX;E{}k&;S4cCISEe6951J0000000000fB^si003J<Z*FvDZggK%d2nTOT`qWS"
    "Y*0%90u%!j000080000X0IOeyXNCX(0PO$(01E&B00000000000Du7j0RRABa%F6DFD`OrY;#ac0Rj{Q6aWAK2mk;8ApngiP_UT*"
    "000aD000jF0000000000004jiumJ!7cx*3sZ*ps5Z*OZZcx`M@O928D0~7!N00;m803iT?P&Cet000150RR9R00000000000001h"
    "0d@ia0C;RKUvgz^b1!#qa%*C5Z)+}iZEP-bWo&a$O928D0~7!N00;m803iSsW7v0)0000i0RR9900000000000001h0Xzc$0C;RK"
    "FfMp)Y*0%90u%!j000080000X00l*&E?58n0B`^R00;m800000000000DuAV0{{ScY%eh`cx`M@O9ci10000600sbS0RRAS1ONa4"
    "00"
)


class UnreadSheet(FaultRule):
    """Sheets that hold data and were not read."""

    code, name, severity = "F018", "unread-sheet", "warning"
    fault = "other-sheet"

    cases = (
        Case(why="a second sheet", name="x.xlsx", wrong=TWO_SHEETS, found=[(None, None)]),
        Case(
            why="the second sheet is read, so the first one is not",
            name="x.xlsx",
            wrong=TWO_SHEETS,
            found=[(None, None)],
            settings={"sheet": "more"},
        ),
        Case(why="an empty sheet", name="x.xlsx", right=ONE_SHEET),
    )

rule exhunt_compiled_page_where_none_is
{
    meta:
        title = "YARA: ASP.NET Compiled a Page Where Exchange Has None"
        id = "43097159-0693-4a46-a714-0b5cb7a5f3b6"
        description = "What ASP.NET keeps of a page that it compiled names one in aspnet_client, or below the logon pages: it was there and was asked for, even if it is gone."
        author = "exhunt"
        date = "2026-11-22"
        level = "high"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/EricZimmerman/KapeFiles/blob/master/Targets/Compound/ExchangeCve-2021-26855.tkape"
        falsepositives = "None known"
    strings:
        $preserve = "<preserve " ascii wide
        $path = /virtualPath="\/(aspnet_client\/[^"]{0,200}|owa\/auth\/([^"\/]{1,40}\/){1,6}[^"\/]{1,100}|ecp\/auth\/[^"]{0,100}|oab\/[^"]{0,100})\.as[pmh]x"/ nocase ascii wide
        $own = /virtualPath="\/ecp\/auth\/TimeoutLogout\.aspx"/ nocase ascii wide
    condition:
        filesize < 20KB and $preserve and $path and not $own
}

rule exhunt_compiled_shell
{
    meta:
        title = "YARA: Compiled Page That Evaluates Requests"
        id = "c496dff0-338d-492f-9ef5-8ecec147f88b"
        description = "A small program that ASP.NET compiled comes of a page in aspnet_client, or runs JScript out of requests."
        author = "exhunt"
        date = "2026-11-22"
        level = "high"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $folder = "~/aspnet_client/" nocase ascii wide
        $evaluate = "JScriptEvaluate" ascii wide
        $request = "get_Request" ascii wide
    condition:
        uint16(0) == 0x5a4d and filesize < 200KB and ($folder or ($evaluate and $request))
}

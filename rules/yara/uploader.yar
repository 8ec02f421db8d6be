rule exhunt_upload_page
{
    meta:
        title = "YARA: Page of ASP.NET Writes What Is Sent Into a File"
        id = "fe856788-44c5-428b-a0c9-a0131b3558a5"
        description = "A page saves a file of a request, or writes the text of one, where the request says: that is how further shells come."
        author = "exhunt"
        date = "2026-11-22"
        level = "high"
        stage = "webshell"
        attack = "T1505.003, T1105"
        source = "https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/"
        falsepositives = "Pages for uploads of other applications on the server"
    strings:
        $page = /<%|<script[^>]{1,120}runat\s{0,5}=/ nocase ascii wide
        $save = /\bfiles\s{0,10}[\[(][^;]{0,40}[\])]\s{0,10}\.\s{0,10}saveas\s{0,10}\(/ nocase ascii wide
        $posted = /httppostedfile\b[^<]{0,300}\.\s{0,10}saveas\s{0,10}\(/ nocase ascii wide
        $writer = /new\s{1,10}(system\.io\.|io\.)?streamwriter\s{0,10}\(\s{0,10}(server\.mappath\s{0,5}\(\s{0,5})?request\b/ nocase ascii wide
        $write = /\bfile\s{0,10}\.\s{0,10}writeall(bytes|text)\s{0,10}\([^;]{0,160}\brequest\s{0,5}[\[.(]/ nocase ascii wide
    condition:
        filesize < 200KB and $page and ($save or $posted or $writer or $write)
}

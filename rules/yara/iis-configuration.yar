rule exhunt_hidden_virtual_directory
{
    meta:
        title = "YARA: Virtual Directory in a Folder That Windows Hides"
        id = "21a356d9-15e7-4e6d-8395-972088d4d77e"
        description = "IIS serves a folder below ProgramData whose name is that of a device, which Explorer and many tools cannot open: so shells of ProxyShell were hidden."
        author = "exhunt"
        date = "2026-11-22"
        level = "critical"
        stage = "webshell"
        attack = "T1505.003, T1564.001"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "None known"
    strings:
        $vdir = /<virtualDirectory\s[^>]{0,200}physicalPath\s{0,5}=\s{0,5}"[^">]{0,40}\\(ProgramData|Users\\(All Users|Public))\\[^">]{0,80}\b(COM\d?|LPT\d|CON|AUX|PRN|NUL|WHO|ZING|ZOO|XYZ)(\\[^">]{0,200})?"/ nocase ascii wide
    condition:
        $vdir
}

rule exhunt_virtual_directory_in_data_folder
{
    meta:
        title = "YARA: Virtual Directory in a Folder for Data"
        id = "b316a7e0-db7d-4323-a5c7-b505e1a5184d"
        description = "IIS serves a folder below ProgramData, Users or Temp, where no web server keeps its pages."
        author = "exhunt"
        date = "2026-11-22"
        level = "medium"
        stage = "webshell"
        attack = "T1505.003"
        source = "https://github.com/Neo23x0/signature-base/tree/master/yara"
        falsepositives = "Applications of others that keep their pages there"
    strings:
        $vdir = /<virtualDirectory\s[^>]{0,200}physicalPath\s{0,5}=\s{0,5}"([^">]{0,10}:|%SystemDrive%|%ProgramData%)?\\?(ProgramData|Users|PerfLogs|Windows\\Temp|Temp|Recovery|\$Recycle\.Bin)?\\[^">]{1,200}"/ nocase ascii wide
        $data = /physicalPath\s{0,5}=\s{0,5}"([a-z]:|%SystemDrive%)\\(ProgramData|Users|PerfLogs|Windows\\Temp|Temp|\$Recycle\.Bin)\\/ nocase ascii wide
    condition:
        $vdir and $data
}

rule exhunt_handler_for_plain_files
{
    meta:
        title = "YARA: Settings That Run Plain Files as Pages"
        id = "3541bd1b-5ff4-4906-a050-de52417e4f4e"
        description = "A web.config has IIS run pictures, texts or settings as pages: so a shell needs no telling name."
        author = "exhunt"
        date = "2026-11-22"
        level = "high"
        stage = "webshell"
        attack = "T1505.003, T1036.008"
        source = "https://owasp.org/www-community/vulnerabilities/Unrestricted_File_Upload"
        falsepositives = "None known"
    strings:
        $handler = /<add\s[^>]{0,200}path\s{0,5}=\s{0,5}"[^">]{0,40}\.(config|jpe?g|png|gif|bmp|ico|txt|css|log|tmp)"[^>]{0,300}(scriptProcessor\s{0,5}=\s{0,5}"[^">]{0,200}(asp\.dll|php-cgi|aspnet_isapi)|type\s{0,5}=\s{0,5}"System\.Web\.UI\.(PageHandlerFactory|SimpleHandlerFactory))/ nocase ascii wide
        $provider = /<add\s[^>]{0,100}extension\s{0,5}=\s{0,5}"\.(config|jpe?g|png|gif|bmp|ico|txt|css|log|tmp)"[^>]{0,100}type\s{0,5}=\s{0,5}"System\.Web\.Compilation\.PageBuildProvider/ nocase ascii wide
    condition:
        any of them
}

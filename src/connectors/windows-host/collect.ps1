# Writes what Holdfast reads of this Windows host into a folder. Changes nothing else, needs no module, and no administrator.
# PowerShell 2 to 5.1 and 7. What could not be read is told in windows-update.json, under "problems".
#
#   powershell -ExecutionPolicy Bypass -File collect.ps1 C:\holdfast
#   powershell -ExecutionPolicy Bypass -File collect.ps1 C:\holdfast -Cached
#   powershell -ExecutionPolicy Bypass -File collect.ps1 C:\holdfast -ScanFile D:\wsusscn2.cab
#
# -Cached    asks Windows Update only for what it already knows: no search over the network.
# -ScanFile  searches with Microsoft's offline file instead of a server. It registers that file as an update service for the
#            length of the search, and takes it away again; this alone needs an administrator.
param(
    [string]$Folder = (Join-Path $env:SystemDrive 'holdfast'),
    [switch]$Cached,
    [string]$ScanFile = ''
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Off

if ($env:PROCESSOR_ARCHITEW6432) {
    Write-Output 'This is the 32-bit PowerShell, which sees another registry. Start the 64-bit one.'
    exit 2
}

$script:problems = New-Object System.Collections.ArrayList
$utc = [System.Globalization.CultureInfo]::InvariantCulture

function Add-Problem([string]$part, $fault) {
    $text = [string]$fault
    $code = $null
    if ($fault -is [System.Management.Automation.ErrorRecord]) {
        $cause = $fault.Exception
        while ($cause.InnerException) { $cause = $cause.InnerException }
        $text = $cause.Message
        if ($cause -is [System.Runtime.InteropServices.COMException]) { $code = Format-Code $cause.ErrorCode }
    }
    [void]$script:problems.Add(@{ part = $part; code = $code; detail = $text })
}

# Runs one part; its failure is told and hides nothing else.
# What it gives is passed on as it is: "return" would take lists apart.
function Read-Part([string]$part, [scriptblock]$read) {
    try { & $read } catch { Add-Problem $part $_ }
}

# A property that older systems do not have is not known; that is no failure.
function Read-Value([scriptblock]$read) {
    try { & $read } catch { $null }
}

function Format-Code($number) {
    if ($null -eq $number) { return $null }
    return '0x{0:X8}' -f [int]$number
}

# Windows Update gives its times in UTC without saying so.
function Format-Time($time) {
    if (-not ($time -is [DateTime])) { return $null }
    if ($time.Year -lt 1990) { return $null }
    return $time.ToString('yyyy-MM-ddTHH:mm:ss', $utc) + 'Z'
}

function Add-Text($out, [string]$text) {
    [void]$out.Append('"')
    foreach ($char in $text.ToCharArray()) {
        $number = [int]$char
        if ($number -eq 34 -or $number -eq 92) { [void]$out.Append('\').Append($char) }
        elseif ($number -lt 32 -or $number -gt 126) { [void]$out.Append('\u').Append($number.ToString('x4')) }
        else { [void]$out.Append($char) }
    }
    [void]$out.Append('"')
}

# JSON by hand: PowerShell 2 has none. Only ASCII, so that no encoding can spoil it.
function Add-Json($out, $value) {
    if ($null -eq $value) { [void]$out.Append('null') }
    elseif ($value -is [bool]) { if ($value) { [void]$out.Append('true') } else { [void]$out.Append('false') } }
    elseif ($value -is [string]) { Add-Text $out $value }
    elseif ($value -is [DateTime]) { Add-Text $out (Format-Time $value) }
    elseif ($value -is [System.Collections.IDictionary]) {
        $first = $true
        [void]$out.Append('{')
        foreach ($name in @($value.Keys | Sort-Object)) {
            if (-not $first) { [void]$out.Append(',') }
            $first = $false
            Add-Text $out ([string]$name)
            [void]$out.Append(':')
            Add-Json $out $value[$name]
        }
        [void]$out.Append('}')
    }
    elseif ($value -is [System.Collections.IEnumerable]) {
        $first = $true
        [void]$out.Append('[')
        foreach ($one in $value) {
            if (-not $first) { [void]$out.Append(',') }
            $first = $false
            Add-Json $out $one
        }
        [void]$out.Append(']')
    }
    elseif ($value -is [ValueType]) { [void]$out.Append([System.Convert]::ToString($value, $utc)) }
    else { Add-Text $out ([string]$value) }
}

function Write-Text([string]$name, [string]$text) {
    $plain = New-Object System.Text.UTF8Encoding $false
    [System.IO.File]::WriteAllText((Join-Path $Folder $name), $text, $plain)
}

function Write-Json([string]$name, $value) {
    $out = New-Object System.Text.StringBuilder
    Add-Json $out $value
    [void]$out.Append("`n")
    Write-Text $name $out.ToString()
}

function Save-Output([string]$name, [scriptblock]$run) {
    Read-Part $name {
        $lines = @(& $run)
        if ($lines.Count -eq 0) { throw 'it printed nothing' }
        Write-Text $name (($lines -join "`r`n") + "`r`n")
    } | Out-Null
}

function Save-Key([string]$name, [string]$key) {
    Read-Part $name {
        $file = Join-Path $Folder $name
        if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file }
        # What reg.exe says, on success as on failure, is not kept.
        $ErrorActionPreference = 'Continue'
        & reg.exe export $key $file 2>&1 | Out-Null
        if ($LASTEXITCODE -ne 0) { throw ('reg.exe ended with ' + $LASTEXITCODE + ' on ' + $key) }
    } | Out-Null
}

function Get-Key([string]$path) {
    if (-not (Test-Path -LiteralPath $path)) { return $null }
    return (Get-ItemProperty -LiteralPath $path)
}

# Of a key the values that are named; those that are not there are left out.
function Read-Key([string]$part, [string]$path, [string[]]$names) {
    $found = @{}
    Read-Part $part {
        $key = Get-Key $path
        if ($key) {
            foreach ($name in $names) {
                $value = $key.$name
                if ($null -ne $value) { $found[$name] = $value }
            }
        }
    } | Out-Null
    return $found
}

# WMI through COM: the cmdlets of version 2 are gone in version 7, and the other way round.
function Read-Wmi([string]$space, [string]$query) {
    $locator = New-Object -ComObject WbemScripting.SWbemLocator
    return $locator.ConnectServer('.', $space).ExecQuery($query)
}

function Read-Field($object, [string]$name) {
    return $object.Properties_.Item($name).Value
}

function Read-Names($collection) {
    $names = New-Object System.Collections.ArrayList
    if ($null -ne $collection) { foreach ($one in $collection) { [void]$names.Add([string]$one) } }
    return , $names.ToArray()
}

function Read-Update($update) {
    $categories = New-Object System.Collections.ArrayList
    foreach ($category in $update.Categories) {
        [void]$categories.Add(@{ id = [string]$category.CategoryID; name = [string]$category.Name })
    }
    return @{
        updateId = [string]$update.Identity.UpdateID
        revision = $update.Identity.RevisionNumber
        title = [string]$update.Title
        kb = (Read-Names $update.KBArticleIDs)
        cves = (Read-Names (Read-Value { $update.CveIDs }))
        severity = [string]$update.MsrcSeverity
        changedAt = (Format-Time $update.LastDeploymentChangeTime)
        deadline = (Format-Time (Read-Value { $update.Deadline }))
        categories = $categories
        downloaded = [bool]$update.IsDownloaded
        hidden = [bool]$update.IsHidden
        mandatory = [bool]$update.IsMandatory
        optional = (Read-Value { [bool]$update.BrowseOnly })
        eulaAccepted = [bool]$update.EulaAccepted
        present = (Read-Value { [bool]$update.IsPresent })
        rebootRequired = (Read-Value { [bool]$update.RebootRequired })
        rebootBehavior = (Read-Value { $update.InstallationBehavior.RebootBehavior })
        asksUser = (Read-Value { [bool]$update.InstallationBehavior.CanRequestUserInput })
        maxDownloadBytes = (Read-Value { [long]$update.MaxDownloadSize })
        type = (Read-Value { [int]$update.Type })
    }
}

function Read-Search($session) {
    $searcher = $session.CreateUpdateSearcher()
    $service = $null
    $manager = $null
    $asOf = $null
    $from = 'default'
    if ($Cached) {
        $searcher.Online = $false
        $from = 'cached'
    }
    if ($ScanFile -ne '') {
        $manager = New-Object -ComObject Microsoft.Update.ServiceManager
        $service = $manager.AddScanPackageService('Holdfast offline search', $ScanFile, 1)
        $searcher.ServerSelection = 3
        $searcher.ServiceID = $service.ServiceID
        # The file is as old as its signature; its own date is the nearest to that which can be had without opening it.
        $asOf = Format-Time ([System.IO.File]::GetLastWriteTimeUtc($ScanFile))
        $from = 'offline'
    }
    $search = @{ at = (Format-Time ([DateTime]::UtcNow)); from = $from; fileAt = $asOf; resultCode = $null; error = $null; updates = $null }
    try {
        $result = $searcher.Search('IsInstalled=0')
        $search.resultCode = [int]$result.ResultCode
        $updates = New-Object System.Collections.ArrayList
        foreach ($update in $result.Updates) {
            try { [void]$updates.Add((Read-Update $update)) } catch { Add-Problem 'an update on offer' $_ }
        }
        $search.updates = $updates
        foreach ($warning in $result.Warnings) {
            Add-Problem 'search' ((Format-Code $warning.HResult) + ' ' + $warning.Message)
        }
    }
    catch {
        $cause = $_.Exception
        while ($cause.InnerException) { $cause = $cause.InnerException }
        $search.error = 'failed'
        if ($cause -is [System.Runtime.InteropServices.COMException]) { $search.error = Format-Code $cause.ErrorCode }
        Add-Problem 'search' $_
    }
    if ($service) { Read-Part 'end of the offline search' { $manager.RemoveService($service.ServiceID) } | Out-Null }
    return $search
}

# Updates that are in and wait for a restart.
function Read-Waiting($session) {
    $searcher = $session.CreateUpdateSearcher()
    $searcher.Online = $false
    $waiting = New-Object System.Collections.ArrayList
    foreach ($update in $searcher.Search('RebootRequired=1').Updates) {
        foreach ($kb in $update.KBArticleIDs) { [void]$waiting.Add([string]$kb) }
    }
    return , $waiting.ToArray()
}

function Read-History($session) {
    $searcher = $session.CreateUpdateSearcher()
    $count = [int]$searcher.GetTotalHistoryCount()
    $events = New-Object System.Collections.ArrayList
    if ($count -gt 0) {
        foreach ($entry in $searcher.QueryHistory(0, [Math]::Min($count, 1000))) {
            if ($null -eq $entry) { continue }
            [void]$events.Add(@{
                    Date = (Format-Time $entry.Date)
                    Operation = [int]$entry.Operation
                    ResultCode = [int]$entry.ResultCode
                    HResult = (Format-Code $entry.HResult)
                    Title = [string]$entry.Title
                    UpdateID = (Read-Value { [string]$entry.UpdateIdentity.UpdateID })
                    RevisionNumber = (Read-Value { [int]$entry.UpdateIdentity.RevisionNumber })
                    ServerSelection = (Read-Value { [int]$entry.ServerSelection })
                    ServiceID = [string]$entry.ServiceID
                    Client = [string]$entry.ClientApplicationID
                })
        }
    }
    return , $events.ToArray()
}

function Read-Services {
    $manager = New-Object -ComObject Microsoft.Update.ServiceManager
    $services = New-Object System.Collections.ArrayList
    foreach ($service in $manager.Services) {
        [void]$services.Add(@{
                id = [string]$service.ServiceID
                name = [string]$service.Name
                managed = [bool]$service.IsManaged
                automatic = (Read-Value { [bool]$service.IsDefaultAUService })
            })
    }
    return , $services.ToArray()
}

function Read-Automatic {
    $automatic = New-Object -ComObject Microsoft.Update.AutoUpdate
    return @{
        searchedAt = (Format-Time (Read-Value { $automatic.Results.LastSearchSuccessDate }))
        installedAt = (Format-Time (Read-Value { $automatic.Results.LastInstallationSuccessDate }))
        level = (Read-Value { [int]$automatic.Settings.NotificationLevel })
    }
}

$windows = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'

function Read-Pending($session) {
    $renames = Read-Part 'renames that wait' {
        $key = Get-Key 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
        # Pairs of a file and what becomes of it.
        if ($key.PendingFileRenameOperations) { [int][Math]::Ceiling(@($key.PendingFileRenameOperations).Count / 2) } else { 0 }
    }
    return @{
        servicing = (Read-Part 'servicing that waits' { Test-Path -LiteralPath "$windows\Component Based Servicing\RebootPending" })
        updates = (Read-Part 'updates that wait' { Test-Path -LiteralPath "$windows\WindowsUpdate\Auto Update\RebootRequired" })
        renames = $renames
        waiting = (Read-Part 'names of updates that wait' { if ($session) { , (Read-Waiting $session) } })
    }
}

function Read-System {
    $key = Get-Key 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    return @{
        major = $key.CurrentMajorVersionNumber
        minor = $key.CurrentMinorVersionNumber
        version = $key.CurrentVersion
        build = $key.CurrentBuildNumber
        revision = $key.UBR
        edition = $key.EditionID
        installation = $key.InstallationType
    }
}

function Read-Booted {
    # yyyymmddHHMMSS.mmmmmm+minutes
    foreach ($system in (Read-Wmi 'root\cimv2' 'SELECT LastBootUpTime FROM Win32_OperatingSystem')) {
        return [string](Read-Field $system 'LastBootUpTime')
    }
}

function Read-Disk {
    $drive = New-Object System.IO.DriveInfo $env:SystemDrive
    return @{ drive = $env:SystemDrive; freeBytes = $drive.AvailableFreeSpace }
}

$policyNames = @(
    'WUServer', 'DoNotConnectToWindowsUpdateInternetLocations', 'DisableWindowsUpdateAccess', 'SetDisableUXWUAccess',
    'DeferQualityUpdates', 'DeferQualityUpdatesPeriodInDays', 'PauseQualityUpdates', 'PauseQualityUpdatesStartTime',
    'DeferFeatureUpdates', 'DeferFeatureUpdatesPeriodInDays', 'PauseFeatureUpdatesStartTime',
    'TargetReleaseVersion', 'TargetReleaseVersionInfo', 'ProductVersion', 'AllowRebootlessUpdates',
    'SetPolicyDrivenUpdateSourceForQualityUpdates', 'ExcludeWUDriversInQualityUpdate'
)
$pauseNames = @(
    'PauseUpdatesStartTime', 'PauseUpdatesExpiryTime', 'PauseQualityUpdatesStartTime', 'PauseQualityUpdatesEndTime',
    'PausedQualityStatus', 'PausedQualityDate', 'PausedFeatureStatus', 'PausedFeatureDate'
)

function Read-Policies {
    $base = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
    return @{
        group = (Read-Key 'policy' $base $policyNames)
        automatic = (Read-Key 'policy of automatic updates' "$base\AU" @('UseWUServer', 'NoAutoUpdate', 'AUOptions'))
        device = (Read-Key 'policy of the device management' 'HKLM:\SOFTWARE\Microsoft\PolicyManager\current\device\Update' $policyNames)
        settings = (Read-Key 'pauses' 'HKLM:\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings' $pauseNames)
        state = (Read-Key 'pauses in force' 'HKLM:\SOFTWARE\Microsoft\WindowsUpdate\UpdatePolicy\Settings' $pauseNames)
    }
}

function Read-Hotpatch {
    $guard = Read-Value {
        foreach ($one in (Read-Wmi 'root\Microsoft\Windows\DeviceGuard' 'SELECT VirtualizationBasedSecurityStatus FROM Win32_DeviceGuard')) {
            [int](Read-Field $one 'VirtualizationBasedSecurityStatus')
        }
    }
    $memory = Read-Key 'hotpatching' 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management' @('HotPatchTableSize', 'HotPatchRestrictions')
    $package = Read-Key 'hotpatching' 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Update\TargetingInfo\DynamicInstalled\Hotpatch.amd64' @('Name', 'Version')
    return @{ isolation = $guard; memory = $memory; package = $package }
}

# Paid repairs beyond the end of support are a licence.
function Read-Licences {
    $licences = New-Object System.Collections.ArrayList
    $query = 'SELECT Name, Description, LicenseStatus FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL'
    foreach ($product in (Read-Wmi 'root\cimv2' $query)) {
        $name = [string](Read-Field $product 'Name')
        if (($name + ' ' + (Read-Field $product 'Description')) -match 'ESU|Extended Security') {
            [void]$licences.Add(@{ name = $name; status = [int](Read-Field $product 'LicenseStatus') })
        }
    }
    return , $licences.ToArray()
}

if (-not (Test-Path -LiteralPath $Folder)) { [void](New-Item -ItemType Directory -Path $Folder) }

Save-Output 'systeminfo.txt' { & systeminfo.exe }
Save-Output 'ver.txt' { & cmd.exe /c ver }
Save-Output 'hotfix.csv' { Get-HotFix | Select-Object HotFixID, Description | ConvertTo-Csv -NoTypeInformation }
Save-Key 'programs.reg' 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
if (Test-Path -LiteralPath 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall') {
    Save-Key 'programs32.reg' 'HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall'
}
Save-Key 'role.reg' 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions'
if (Test-Path -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters') {
    Save-Key 'netlogon.reg' 'HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters'
}

$session = Read-Part 'Windows Update' {
    $opened = New-Object -ComObject Microsoft.Update.Session
    $opened.ClientApplicationID = 'Holdfast collect'
    $opened
}
$search = $null
$history = $null
if ($session) {
    $search = Read-Part 'search' { Read-Search $session }
    $history = Read-Part 'history' { Read-History $session }
}
if ($history) { Write-Json 'wu-history.json' @($history) }

Write-Json 'windows-update.json' @{
    format = 'holdfast-windows-update'
    version = 1
    collectedAt = (Format-Time ([DateTime]::UtcNow))
    system = (Read-Part 'version' { Read-System })
    booted = (Read-Part 'last boot' { Read-Booted })
    search = $search
    history = $history
    services = (Read-Part 'update services' { Read-Services })
    automatic = (Read-Part 'automatic updates' { Read-Automatic })
    pending = (Read-Pending $session)
    disk = (Read-Part 'disk' { Read-Disk })
    policies = (Read-Policies)
    hotpatch = (Read-Part 'hotpatching' { Read-Hotpatch })
    licences = (Read-Part 'licences' { Read-Licences })
    problems = $script:problems
}
Write-Output ('Written to ' + $Folder + '. ' + $script:problems.Count + ' parts could not be read.')

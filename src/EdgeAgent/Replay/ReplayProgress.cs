using System.Diagnostics;

namespace EdgeAgent.Replay;

/// <summary>A progress bar on standard error, on a terminal only.</summary>
internal sealed class ReplayProgress(long totalBytes) : IDisposable
{
    private const int Width = 30;
    private const int RedrawMs = 100;

    private readonly bool _isVisible = !Console.IsErrorRedirected;
    private readonly Stopwatch _sinceDrawn = Stopwatch.StartNew();
    private long _doneBytes;
    private bool _isDrawn;

    /// <summary>So many bytes of the current file are played.</summary>
    public void Show(long fileBytes)
    {
        if (!_isVisible || _sinceDrawn.ElapsedMilliseconds < RedrawMs) return;
        _sinceDrawn.Restart();
        _isDrawn = true;
        var share = Math.Min(1, (double)(_doneBytes + fileBytes) / Math.Max(1, totalBytes));
        var full = (int)(share * Width);
        Console.Error.Write($"\r{new string('█', full)}{new string('░', Width - full)} {share * 100:0} %");
    }

    public void FileDone(long bytes) => _doneBytes += bytes;

    public void Dispose()
    {
        if (_isDrawn) Console.Error.Write("\r\x1b[K");
    }
}

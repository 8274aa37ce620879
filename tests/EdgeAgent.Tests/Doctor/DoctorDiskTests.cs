namespace EdgeAgent.Tests.Doctor;

/// <summary>The doctor on real file systems in trouble. Needs root, for it mounts, where nobody else sees it.</summary>
public sealed class DoctorDiskTests
{
    [Fact]
    public async Task A_state_folder_that_is_mounted_read_only_is_told_with_what_helps()
    {
        using var bench = new DoctorBench();

        var said = await bench.RunWhereAsync($"mount -t tmpfs -o ro tmpfs {bench.State}");

        Assert.Matches($"× disk: {bench.State} is mounted read-only → mount -o remount,rw", said);
    }

    [Fact]
    public async Task A_disk_without_a_file_left_to_make_is_told_though_it_has_room()
    {
        using var bench = new DoctorBench();

        var said = await bench.RunWhereAsync(
            $"mount -t tmpfs -o size=64m,nr_inodes=30 tmpfs {bench.State}; i=0; while touch {bench.State}/f$i 2>/dev/null; do "
                + $"i=$((i+1)); done");

        Assert.Contains("× disk: only 0 files can still be made there → delete small files on it (df -i)", said);
        Assert.Contains($"√ disk: {bench.State} can be written", said);
        Assert.Contains("√ disk: 64 MiB free", said);
    }

    [Fact]
    public async Task A_disk_with_few_files_left_is_told_with_their_number()
    {
        using var bench = new DoctorBench();

        var said = await bench.RunWhereAsync($"mount -t tmpfs -o size=64m,nr_inodes=30 tmpfs {bench.State}");

        Assert.Matches(@"× disk: only 2\d files can still be made there", said);
    }
}
